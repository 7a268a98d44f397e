"""The newest words of a reply, apart from what it quotes and how it is signed.

Nothing is thrown away: the rest is returned too and shown folded. When in doubt the
text stays visible, for a line too many costs less than a line nobody reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from evenhand.channels.mail.quote_marks import (
    ATTRIBUTION,
    DATED_ADDRESS,
    FORWARDED,
    HEADER_FROM,
    HEADER_OTHER,
    MAY_ATTRIBUTE,
    NAME_LINE,
    NAMED,
    OPENS,
    ORIGINAL,
    QUOTED,
    RULE,
    SIGN_OFF,
    SIGNATURE,
)

# Beyond this it is a log or a list, not a reply; all of it is shown.
MAX_LINES = 5_000
MAX_LINE = 600
ATTRIBUTION_LINES = 5
SHORT_LINE = 60


@dataclass(frozen=True, slots=True)
class Newest:
    """`text` without quotation and signature, `signed` with the latter, and the rest."""

    text: str
    signed: str
    rest: str


def newest_text(text: str) -> Newest:
    """Part a reply into what is new and what is repeated; all of it if nothing is new."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fresh, rest = _parted(lines) if len(lines) <= MAX_LINES else (lines, [])
    if not _says(fresh):
        fresh, rest = lines, []
    unsigned = fresh[: _signature_start(fresh)]
    return Newest(
        text=_joined(unsigned if _says(unsigned) else fresh),
        signed=_joined(fresh),
        rest=_joined((fresh[len(unsigned) :] if _says(unsigned) else []) + rest),
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
    if not _says(_unquoted(below)):
        return above, lines[start:]
    attributed = not QUOTED.match(lines[start])
    if attributed and not _says(above):
        fresh, rest = _parted(below)
        return fresh, [*lines[:stop], *rest]
    if attributed and _first_quotation(below)[0] == len(below):
        return [*above, *below], lines[start:stop]
    return _interleaved(lines)


def _interleaved(lines: list[str]) -> tuple[list[str], list[str]]:
    """Keep everything up to the last line that is not quoted."""
    end = len(lines)
    for at in range(len(lines)):
        if _opens(lines, at) and not _block_follows(lines, at):
            end = at
            break
    while end and (QUOTED.match(lines[end - 1]) or not lines[end - 1].strip()):
        end -= 1
    while end and _attribution_at(lines, end - 1):
        end -= 1
    return lines[:end], lines[end:]


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
        if QUOTED.match(lines[number]):
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
        if not line.strip() or len(joined) > MAX_LINE:
            return 0
        if MAY_ATTRIBUTE.search(line) and _attributes(joined):
            # The line before an attribution is no part of it.
            alone = count == 1 or OPENS.match(lines[at][:MAX_LINE])
            return count if alone or not _attribution_at(lines, at + 1) else 0
    return 0


def _attributes(line: str) -> bool:
    return bool(
        ATTRIBUTION.match(line) or DATED_ADDRESS.match(line) or NAMED.match(line)
    )


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


def _signature_start(lines: list[str]) -> int:
    """Find the line that opens the signature: a mark, or a closing phrase and a name."""
    for at, line in enumerate(lines):
        if SIGNATURE.match(line[:MAX_LINE]):
            return _sign_off_before(lines, at)
    return _sign_off_before(lines, len(lines))


def _sign_off_before(lines: list[str], end: int) -> int:
    said = [at for at in range(max(0, end - 14), end) if lines[at].strip()][-7:]
    for place, at in enumerate(said):
        follows = [lines[after] for after in said[place + 1 :]]
        short = all(len(line) <= SHORT_LINE for line in follows)
        if follows and short and SIGN_OFF.match(lines[at]):
            return at
    last = said[-1] if said else end
    return last if said and NAME_LINE.match(lines[last]) else end


def _unquoted(lines: list[str]) -> list[str]:
    """Leave out quoted lines and a signature: what remains was typed."""
    typed = [line for line in lines if not QUOTED.match(line)]
    return typed[: _signature_start(typed)]


def _says(lines: list[str]) -> bool:
    return any(line.strip() for line in lines)


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").strip()
