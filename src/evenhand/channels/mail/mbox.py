"""Raw mails out of a file: one mail, or an mbox of many."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A separator stands after a blank line and ends in a year: text may begin with "From ".
_SEPARATOR = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]{1,300}\d{4}[^\r\n]{0,30}\r?\n")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def split_mails(content: bytes) -> Iterator[bytes]:
    """Yield each raw mail of the content; anything but an mbox is one mail."""
    marks = list(_SEPARATOR.finditer(content)) if content.startswith(b"From ") else []
    if not marks:
        yield content
        return
    ends = [mark.start() for mark in marks[1:]] + [len(content)]
    for mark, end in zip(marks, ends, strict=True):
        yield _ESCAPED.sub(rb"\1", content[mark.end() : end])
