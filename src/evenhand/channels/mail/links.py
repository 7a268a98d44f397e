"""Where a link of a mail leads: without its trackers, and told apart from its words."""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urlsplit

# Parameters that only tell the sender who came and from which mail; no page needs them
# (the lists of the ClearURLs and Firefox "strip on share" projects agree on these).
_TRACKERS = re.compile(
    r"utm_\w+|gclid|dclid|fbclid|msclkid|twclid|igshid|yclid|_openstat|mc_[ce]id"
    r"|_hs(?:enc|mi)|hsctatracking|mkt_tok|vero_(?:id|conv)|oly_(?:anon|enc)_id"
    r"|__s|wickedid|s_cid|ml_subscriber(?:_hash)?|rb_clickid",
    re.IGNORECASE,
)
# the sanitiser writes every attribute double-quoted, in the order of the sender's
_LINK = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>(.*?)</a>', re.DOTALL)
_HREF = re.compile(r' href="([^"]*)"')
_TAGS = re.compile(r"<[^>]*>")
# what a reader takes for an address of the web
_HOST_IN_WORDS = re.compile(
    r"^(?:https?://)?((?:[\w-]{1,63}\.)+[a-z]{2,24})(?:[/:?#]|$)", re.IGNORECASE
)
LONGEST_WORDS = 300


def without_trackers(address: str) -> str:
    """Return the address without parameters that only follow the reader.

    The rest stays letter by letter: a signed link breaks if anything else changes.
    """
    head, question, rest = address.partition("?")
    query, mark, fragment = rest.partition("#")
    if not question or not head.lower().startswith(("http://", "https://")):
        return address
    kept = [
        each for each in query.split("&")
        if not _TRACKERS.fullmatch(each.partition("=")[0])
    ]  # fmt: skip
    if len(kept) == query.count("&") + 1:
        return address
    left = f"?{'&'.join(kept)}" if kept else ""
    return f"{head}{left}{mark}{fragment}"


def other_host(words: str, address: str) -> str:
    """Return the host that a link leads to where its words name another; else nothing."""
    # letters of no width would hide a name from us and not from the reader
    read = "".join(
        letter
        for letter in words[:LONGEST_WORDS]
        if unicodedata.category(letter) != "Cf"
    )
    named = _HOST_IN_WORDS.match(read.strip())
    if named is None:
        return ""
    try:
        host = (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
    said = named[1].lower()
    related = host == said or host.endswith(f".{said}") or said.endswith(f".{host}")
    return "" if related or not host else host


def unveiled(safe: str) -> str:
    """Rewrite the links of sanitised HTML: no trackers, and another host is shown."""
    return _LINK.sub(_unveil, safe)


def _unveil(found: re.Match[str]) -> str:
    attributes, words = found[1], found[2]
    href = _HREF.search(attributes)
    if href is None:
        return found[0]
    address = html.unescape(href[1])
    plain = html.escape(without_trackers(address), quote=True)
    host = other_host(html.unescape(_TAGS.sub("", words)), address)
    goes = f' data-goes="{html.escape(host, quote=True)}"' if host else ""
    before, after = attributes[: href.start()], attributes[href.end() :]
    return f'<a{before} href="{plain}"{after}{goes}>{words}</a>'
