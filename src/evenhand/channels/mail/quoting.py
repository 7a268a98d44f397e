"""Whether a reply without any id quotes what we wrote: the last and narrowest sign."""

from __future__ import annotations

import re

# The words by which mail programs begin the subject of a reply, in the languages whose
# programs translate "Re" (RFC 5322 section 3.6.5 names only "Re").
_REPLY = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|odp|rif|r\u00e9f|ref|res|ynt|vb|\u56de\u590d|"
    r"\u56de\u8986|\u7b54\u590d|\u7b54\u8986|\u8fd4\u4fe1)"
    r"\s*(?:\[\d+\])?\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
_RE = re.compile(r"\s*re\s*(?:\[\d+\])?\s*[:\uff1a]\s*", re.IGNORECASE)
_MARKS = re.compile(r"^[ \t>|]+", re.MULTILINE)
_SPACE = re.compile(r"\s+")
# Letters of one line of ours, in bytes: a greeting or a closing formula is shorter.
LONG_ENOUGH = 40
MOST_SUBJECT = 500


def base_subject(subject: str) -> tuple[str, bool]:
    """Return a subject without its words of reply, for comparing, and if it had any."""
    text = subject[:MOST_SUBJECT]
    bare = without_reply_words(text, foreign=True)
    return " ".join(bare.split()).casefold(), bare != text


def without_reply_words(subject: str, *, foreign: bool) -> str:
    """Return a subject as it was before anybody answered.

    Words of reply in other languages than English are only taken away if it is known
    to be a reply (`foreign`): a first subject may begin with "Ref:".
    """
    words = _REPLY if foreign else _RE
    while found := words.match(subject):
        subject = subject[found.end() :]
    return subject


def quotes(quoted: str, *, ours: str) -> bool:
    """Whether the quoted part of a mail holds a whole line of a text of ours.

    Line breaks, spaces and quotation marks do not count, for mail programs change them.
    """
    held = _plain(quoted)
    lines = (_plain(line) for line in ours.splitlines())
    return any(len(line.encode()) >= LONG_ENOUGH and line in held for line in lines)


def _plain(text: str) -> str:
    return _SPACE.sub("", _MARKS.sub("", text)).casefold()
