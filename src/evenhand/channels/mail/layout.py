"""Whether a message loses something when only its words are shown."""

from __future__ import annotations

import re

from evenhand.channels.mail.html_text import html_to_text

# Where mail programs begin what they quote: what stands there was laid out before.
_QUOTED = re.compile(
    r"<blockquote|gmail_quote|moz-cite-prefix|divrplyfwdmsg|yahoo_quoted|protonmail_quote"
    r"|border-top:\s*solid\s*#(?:e1e1e1|b5c4df)|id=.?(?:appendonsend|x_divrplyfwdmsg)",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"<img\b[^<>]{0,2000}?\bsrc\s*=\s*[\"']?\s*(?:cid:|data:image/)", re.IGNORECASE
)
_REMOTE = re.compile(
    r"<img\b[^<>]{0,2000}?\bsrc\s*=\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE
)
_TABLE = re.compile(r"<(/?)(table|tr|td|th)\b", re.IGNORECASE)
# two rows of two cells are a table of things, not a frame around a text
ROWS, CELLS = 2, 2
# Letters in a row are a word; Chinese and Japanese write no blanks, so a character is one.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+")
_LONGEST = 20_000
# A layout of fewer different words says nothing that can be counted; a plain part of
# more is no mere notice; one that has less than this share of the layout's is poor.
FEWEST, MOST_OF_A_NOTICE, POOR = 20, 60, 0.25


def shows_more(source: str) -> bool:
    """Whether the newest part of an HTML body has pictures in place or a table of things.

    `source` may be cut off anywhere. Newsletters nest tables for their looks; so do some
    signatures. Such a message is shown as it was laid out as well, as a mail program
    would.
    """
    found = _QUOTED.search(source)
    newest = source[: found.start()] if found else source
    return bool(_PICTURE.search(newest)) or _has_table(newest)


def says_more(source: str, *, words: str) -> bool:
    """Whether the plain part beside an HTML body hardly has the words of its newest part.

    Alternatives are to say the same, the last one best (RFC 2046, 5.1.4); shops write
    "This mail needs HTML" into the first. Compared are the different words of both, as
    SpamAssassin's multipart_alternative_difference does. `source` may be cut off.
    """
    said = _different(words[:_LONGEST])
    if len(said) > MOST_OF_A_NOTICE:
        return False
    found = _QUOTED.search(source)
    laid_out = _different(html_to_text(source[: found.start()] if found else source))
    if len(laid_out) < FEWEST:
        return False
    return len(said & laid_out) < POOR * len(laid_out)


def _different(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def has_remote_pictures(source: str) -> bool:
    """Whether an HTML body asks for pictures of the network."""
    return bool(_REMOTE.search(source))


def _has_table(source: str) -> bool:
    """Count the cells of each row, innermost tables apart."""
    rows, cells = [0], [0]
    for found in _TABLE.finditer(source):
        ends, tag = found[1], found[2].lower()
        if tag == "table" and not ends and len(rows) < 100:
            rows.append(0)
            cells.append(0)
        elif tag == "table" and ends and len(rows) > 1:
            rows.pop()
            cells.pop()
        elif tag == "tr" and not ends:
            cells[-1] = 0
        elif tag in {"td", "th"} and not ends:
            cells[-1] += 1
            rows[-1] += cells[-1] == CELLS
            if rows[-1] >= ROWS and len(rows) > 1:
                return True
    return False
