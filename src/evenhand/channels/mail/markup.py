"""Tags and text of an HTML source, told apart in linear time whatever the damage.

Not a parser: it builds no tree. It serves to read the words and to see whether a
source is so tangled that a parser would take minutes over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TAG = re.compile(
    r"<(/?)([a-zA-Z][^\s/>]{0,40})([^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+)>"
)
# Elements whose content is no text for a reader; their end tag alone ends them.
_RAW = frozenset(
    [
        "script",
        "style",
        "title",
        "textarea",
        "template",
        "noscript",
        "xmp",
        "iframe",
        "noembed",
        "noframes",
    ]
)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
MAX_DEPTH = 3_000
MAX_ATTRIBUTE_GAPS = 3_000


class Token(NamedTuple):
    """A piece of text (`tag` empty), or a start or an end tag in lower case."""

    tag: str
    text: str
    ends: bool = False


def tokens(source: str) -> Iterator[Token]:
    """Yield text and tags; comments and what scripts and styles hold are left out.

    An unclosed comment, tag or script swallows the rest, as in a browser.
    """
    at = 0
    while (mark := source.find("<", at)) >= 0:
        if mark > at:
            yield Token("", source[at:mark])
        at = _comment_end(source, mark)
        if at == mark:
            found = _TAG.match(source, mark)
            if found:
                at = found.end()
                yield Token(found[2].lower(), found[3], ends=bool(found[1]))
                at = _past_raw(source, at, found)
            elif _opens_tag(source, mark):
                at = _after_next(source, ">", mark)
            else:
                yield Token("", "<")
                at = mark + 1
    if at < len(source):
        yield Token("", source[at:])


def is_tangled(source: str) -> bool:
    """Whether building a tree of the source could take quadratic time.

    Parsers look through all open elements for each new one, and through all
    attributes of a tag for each new attribute.
    """
    depth = 0
    for token in tokens(source):
        if not token.tag:
            continue
        if token.ends:
            depth = max(0, depth - 1)
        elif token.tag not in _VOID:
            depth += 1
        gaps = token.text.count(" ") + token.text.count("\n") + token.text.count("=")
        if depth > MAX_DEPTH or gaps > MAX_ATTRIBUTE_GAPS:
            return True
    return _longest_open_tag(source) > MAX_ATTRIBUTE_GAPS


def _longest_open_tag(source: str) -> int:
    """Count the blanks after the last `>`: a tag may stay open to the end."""
    rest = source[source.rfind(">") + 1 :]
    return rest.count(" ") + rest.count("=") if "<" in rest else 0


def _comment_end(source: str, at: int) -> int:
    """Return where a comment, a declaration or CDATA at `at` ends; `at` if none is."""
    if source.startswith("<!--", at):
        return _after_next(source, "-->", at + 2)
    if source.startswith(("<!", "<?"), at):
        return _after_next(source, ">", at)
    return at


def _after_next(source: str, what: str, at: int) -> int:
    found = source.find(what, at)
    return len(source) if found < 0 else found + len(what)


def _opens_tag(source: str, at: int) -> bool:
    return source[at + 1 : at + 2].isalpha() or source[at + 1 : at + 2] == "/"


def _past_raw(source: str, at: int, found: re.Match[str]) -> int:
    name = found[2].lower()
    if found[1] or name not in _RAW or found[3].endswith("/"):
        return at
    end = re.compile(rf"</{name}", re.IGNORECASE).search(source, at)
    return end.start() if end else len(source)
