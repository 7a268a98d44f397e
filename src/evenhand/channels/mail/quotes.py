"""The newest words of a reply, apart from what it quotes and how it is signed.

Nothing is thrown away: the rest is returned too and shown folded. When in doubt the
text stays visible, for a line too many costs less than a line nobody reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from evenhand.channels.mail.quote_marks import (
    FORWARDED,
    HEADER_FROM,
    HEADER_OTHER,
    OPENS,
    ORIGINAL,
    QUOTED,
    RULE,
    is_attribution,
    may_attribute,
)
from evenhand.channels.mail.signature import signature_start

# Beyond this it is a log or a list, not a reply; all of it is shown.
MAX_LINES = 5_000
MAX_LINE = 600
LONGEST_ATTRIBUTION = 400
ATTRIBUTION_LINES = 5
# A line that a mailer broke: the next word would have passed this (RFC 3676, 4.2).
WRAPPED_AT = 72


@dataclass(frozen=True, slots=True)
class Newest:
    """`text` without quotation and signature, `signed` with the latter, and the rest."""

    text: str
    signed: str
    rest: str


# the mail at hand is asked for it twice, to find its case and to be written down
@lru_cache(maxsize=1)
def newest_text(text: str) -> Newest:
    """Part a reply into what is new and what is repeated; all of it if nothing is new."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fresh, rest = _parted(lines) if len(lines) <= MAX_LINES else (lines, [])
    if not _says(fresh):
        fresh, rest = lines, []
    unsigned = fresh[: signature_start(fresh, longest=MAX_LINE)]
    if not _says(unsigned):
        unsigned = fresh
    if len(unsigned) < len(fresh) and _says(_unmarked(unsigned)):
        # A quotation that only the signature followed answers nothing.
        unsigned = unsigned[: _last_word(unsigned)]
    return Newest(
        text=_joined(unsigned),
        signed=_joined(fresh),
        rest=_joined(fresh[len(unsigned) :] + rest),
    )


def _parted(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return the new lines and the quoted ones.

    A reply above the quotation leaves all below it; one below or around a single
    attributed quotation leaves that; answers between quoted lines keep them, they
    are the context.
    """
    start, stop = _first_quotation(lines)
    above, below = lines[:start], lines[stop:]
    if start == len(lines):
        return lines, []
    if not _says(_typed(below)):
        return _above(lines, start)
    attributed = not QUOTED.match(lines[start])
    if attributed and _first_quotation(below)[0] == len(below):
        return [*above, *below], lines[start:stop]
    if attributed and not _says(above):
        opened = start + _opening(lines, start)
        fresh, rest = _interleaved(lines[opened:])
        return fresh, [*lines[:opened], *rest]
    return _interleaved(lines)


def _above(lines: list[str], start: int) -> tuple[list[str], list[str]]:
    """Take what stands above the quotation at `start`; if nothing does, what it opens.

    Some programs name whom they answer and mark no line of it: then only that line is
    known to be theirs.
    """
    above = lines[:start]
    told = _attribution_at(lines, start)
    marked = any(QUOTED.match(line) for line in lines[start + told :])
    if _says(above) or not told or marked:
        return above, lines[start:]
    return lines[start + told :], lines[: start + told]


def _interleaved(lines: list[str]) -> tuple[list[str], list[str]]:
    """Keep everything up to the last line that is not quoted."""
    end = len(lines)
    for at in range(len(lines)):
        if _opens(lines, at) and not _block_follows(lines, at):
            end = at
            break
    end = _last_word(lines[:end])
    while end and _attribution_at(lines, end - 1):
        end -= 1
    return lines[:end], lines[end:]


def _last_word(lines: list[str]) -> int:
    """Return where the last line that was typed ends."""
    end = len(lines)
    while end and (_is_quoted(lines, end - 1) or not lines[end - 1].strip()):
        end -= 1
    return end


def _is_quoted(lines: list[str], at: int) -> bool:
    return bool(QUOTED.match(lines[at])) or _goes_on(lines, at)


def _goes_on(lines: list[str], at: int) -> bool:
    """Whether this line is the end of a quoted one that a mailer broke in two."""
    line, before = lines[at].strip(), lines[at - 1].rstrip() if at else ""
    if not line[:1].islower() or not QUOTED.match(before):
        return False
    first = line.split(maxsplit=1)[0]
    goes = before[-1:].islower() or before.endswith(",")
    return goes and len(before) + 1 + len(first) > WRAPPED_AT


def _first_quotation(lines: list[str]) -> tuple[int, int]:
    """Return where the first quotation starts and where it ends."""
    for at, line in enumerate(lines):
        if QUOTED.match(line):
            return at, _block_end(lines, at)
        length = _opening(lines, at)
        if length:
            return at, _after(lines, at + length)
    return len(lines), len(lines)


def _after(lines: list[str], at: int) -> int:
    """A quotation marked line by line ends with its marks; any other at the end."""
    following = at
    while following < len(lines) and not lines[following].strip():
        following += 1
    if following < len(lines) and QUOTED.match(lines[following]):
        return _block_end(lines, following)
    return len(lines)


def _block_end(lines: list[str], at: int) -> int:
    end = at
    for number in range(at, len(lines)):
        if _is_quoted(lines, number):
            end = number + 1
        elif lines[number].strip():
            break
    return end


def _block_follows(lines: list[str], at: int) -> bool:
    return _after(lines, at + (_opening(lines, at) or 1)) < len(lines)


def _opens(lines: list[str], at: int) -> bool:
    return _opening(lines, at) > 0


def _opening(lines: list[str], at: int) -> int:
    """Return how many lines the opening of a quotation takes here, 0 if there is none."""
    line = lines[at][:MAX_LINE]
    if not line.strip():
        return 0
    if ORIGINAL.match(line) or FORWARDED.match(line):
        return 1
    return _attribution_at(lines, at) or _header_block(lines, at)


def _attribution_at(lines: list[str], at: int) -> int:
    """Match "On … wrote:", which mailers break over several lines."""
    joined = ""
    for count, line in enumerate(lines[at : at + ATTRIBUTION_LINES], start=1):
        joined = f"{joined} {line[:MAX_LINE].strip()}".strip()
        if not line.strip() or len(joined) > LONGEST_ATTRIBUTION:
            return 0
        if may_attribute(line[:MAX_LINE]) and is_attribution(joined):
            # The lines before an attribution are no part of it.
            alone = count == 1 or OPENS.match(lines[at][:MAX_LINE])
            inner = range(at + 1, at + count)
            if not alone and any(_attribution_at(lines, begin) for begin in inner):
                return 0
            return count + _rest_of_attribution(lines, at + count, joined)
    return 0


def _rest_of_attribution(lines: list[str], at: int, joined: str) -> int:
    """Count 1 if the next line belongs to it: "het" before, "volgende geschreven:"."""
    if joined.endswith((":", "：")) or at >= len(lines):
        return 0
    line = lines[at][:MAX_LINE].strip()
    ends = line.endswith((":", "：")) and may_attribute(line)
    return int(bool(ends and is_attribution(f"{joined} {line}")))


def _header_block(lines: list[str], at: int) -> int:
    """Match the From/Sent/To/Subject block of Outlook, a rule above it included."""
    first = at
    if RULE.match(lines[at]):
        first = at + 1
        while first < len(lines) and first < at + 3 and not lines[first].strip():
            first += 1
    block = [line[:MAX_LINE] for line in lines[first : first + 8]]
    if not block or not HEADER_OTHER.match(block[0]):
        return 0
    fields = [line for line in block if HEADER_OTHER.match(line)]
    if len(fields) >= 3 or (len(fields) == 2 and _named_sender(block)):
        return first - at + len(fields)
    return 0


def _named_sender(block: list[str]) -> bool:
    return bool(
        HEADER_FROM.match(block[0]) and len(block) > 1 and HEADER_OTHER.match(block[1])
    )


def _typed(lines: list[str]) -> list[str]:
    """Leave out quoted lines and a signature: what remains was typed."""
    typed = _unmarked(lines)
    return typed[: signature_start(typed, longest=MAX_LINE)]


def _unmarked(lines: list[str]) -> list[str]:
    return [line for at, line in enumerate(lines) if not _is_quoted(lines, at)]


def _says(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").strip()
