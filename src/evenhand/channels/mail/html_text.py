"""HTML to readable plain text and plain text to safe HTML."""

from __future__ import annotations

import html
import re

from evenhand.channels.mail.markup import tokens

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "pre",
        "blockquote",
        "hr",
        "center",
        "section",
        "article",
        "header",
        "footer",
        "dl",
        "dt",
        "dd",
        "form",
        "fieldset",
        "address",
    ]
)
_SPACED = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"}
)
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_MANY_LINES = re.compile(r"\n{3,}")
_LINK = re.compile(
    r"\bhttps?://[^\s<>\"'()\[\]{}，。；：！？、）】」》]{1,2000}[^\s<>\"'()\[\]{}.,;:!?，。；：！？、）】」》]"
)
MAX_QUOTE_DEPTH = 8


class _Writer:
    """Collects lines; those of a quotation are marked with `> `."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.preformatted = 0

    def start(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_line(blank=tag in _SPACED, forced=tag == "br")
        if tag in {"td", "th"} and self.line:
            self.line.append(" ")
        if tag == "li":
            self.line.append("- ")
        self.depth += tag == "blockquote"
        self.preformatted += tag == "pre"

    def end(self, tag: str) -> None:
        if tag in _BLOCKS and tag != "br":
            self.end_line(blank=tag in _SPACED)
        if tag == "blockquote":
            self.depth = max(0, self.depth - 1)
        if tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)

    def text(self, source: str) -> None:
        data = html.unescape(source)
        if not self.preformatted:
            self.line.append(_BLANKS.sub(" ", data))
            return
        first, *rest = data.split("\n")
        self.line.append(first)
        for line in rest:
            self.end_line(forced=True)
            self.line.append(line)

    def end_line(self, *, blank: bool = False, forced: bool = False) -> None:
        """Close the line being written; `forced` keeps it even when it is empty."""
        text = "".join(self.line)
        text = text.rstrip() if self.preformatted else _BLANKS.sub(" ", text).strip()
        quoted = "> " * min(self.depth, MAX_QUOTE_DEPTH)
        if text or forced:
            self.lines.append((quoted + text).rstrip() if text else "")
        if blank and self.lines and self.lines[-1]:
            self.lines.append("")
        self.line.clear()


def html_to_text(source: str) -> str:
    """Return the words of an HTML body, a line per block, quotations marked `> `."""
    if not source.strip():
        return ""
    writer = _Writer()
    for token in tokens(source):
        if not token.tag:
            writer.text(token.text)
        elif token.ends:
            writer.end(token.tag)
        else:
            writer.start(token.tag)
    writer.end_line()
    return _MANY_LINES.sub("\n\n", "\n".join(writer.lines)).strip()


def text_to_html(text: str) -> str:
    """Return escaped HTML with paragraphs, line breaks and links; nothing else."""
    paragraphs = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip("\n"))
    return "\n".join(
        f"<p>{_linked(block).replace(chr(10), '<br>' + chr(10))}</p>"
        for block in paragraphs
        if block.strip()
    )


def words_to_html(text: str) -> str:
    """Return escaped HTML with links that keeps every blank and line of a plain text."""
    clean = text.replace("\r\n", "\n").strip("\n")
    return f'<div class="words">{_linked(clean)}</div>'


def _linked(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for found in _LINK.finditer(text):
        url = html.escape(found[0], quote=True)
        pieces.append(html.escape(text[at : found.start()]))
        pieces.append(
            f'<a href="{url}" target="_blank" rel="noopener noreferrer nofollow">{url}</a>'
        )
        at = found.end()
    return "".join([*pieces, html.escape(text[at:])])
