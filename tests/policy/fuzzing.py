"""Pages spoilt at random: what is left must load or be refused, never anything else.

A mutant comes from the shipped pages, cut down to a few rows so that many can be
tried: signs, words, cells and lines flipped, dropped, doubled, swapped, spliced in.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from evenhand.policy.errors import DecisionFault, PolicyError
from evenhand.policy.evaluate import evaluate, read_sheet
from evenhand.policy.loading import read
from evenhand.policy.printing import formatted, print_page
from evenhand.policy.program import Page
from tests.policy.alike import meaning

FOLDER = Path(__file__).resolve().parents[2] / "policies"
_WORD = re.compile(r"\w+|[^\w\s]|\s+")
_SIGNS = (
    "|", "\\", '"', "'", "(", ")", "[", "]", "..", ",", ";", "?", ":", "-", "+", "*",
    "/", "=", "==", "<", ">=", "!", "&&", "not", "null", "or", "in", "+++", "#", "\t",
    "0", "-1", "1e9", "99999999999999999", "9999-12-31", "0000-00-00", "\u202e", "\x00",
    "\ud800", "İ", "𝟙", "３", " ", "{", "}", "{amount}", "yes", "lines.x", ".size()",
    ".exists(", "duration", "list", "money", "2 hours", "\r", "\u2028", "```", "%",
)  # fmt: skip


SMALL = """+++
policy = "small"
version = "1"
language = "en"

[effective]
from = 2026-01-01
judged_on = "asked_on"

[money]
currency = "EUR"
currency_from = "coin"
rounding = "half_even"
+++
# Small

## Facts

| fact | type | domain | fixed | label | label zh | ask | ask zh |
|---|---|---|---|---|---|---|---|
| asked_on | date | 2026-01-01.. | x | Asked on | 日期 | When? | 什么时候? |
| coin | one of | EUR, JPY | x | | | | |
| days | whole number? | 0..365 | | | | How many days? | |
| share | number | 0.5..2 | | | | | |
| price | money? | 0..500.00 | | | | | |
| worn | yes/no? | | | | | | |
| colour | one of | red, "sea green", not-blue | | | | | |
| brand | text? | | | | | | |
| waited | duration? | ..30 days | | | | | |
| marks | list of text | torn, stained | | | | | |
| fees | list of money? | | | | | | |
| lines | list? | ..50 | | | | | |
| lines.price | money | 0.. | | | | | |
| lines.kind | one of | shoes, soap | | | | | |

## Values

| name | type | value | from | reference |
|---|---|---|---|---|
| limit | whole number | 14 | 2020-01-01 | clause 1 |
| limit | whole number | 30 | 2026-03-01 | clause 2 |
| cap | money | 20.00 EUR, 3000 JPY | | clause 3 |
| holidays | list of date | [2026-04-03, 2026-04-06] | | |

## Derived

| name | type | from | label |
|---|---|---|---|
| late | yes/no | days > limit or (waited >= 2 hours and not worn) | Late |
| soap | money | lines.filter(l, l.kind == "soap").map(l, l.price).sum() | |
| due | date | add_working_days(asked_on, 10, holidays) | |
| part | money | min(price * 60 / 100, cap) - (worn ? 1 : 0.50) | |

## Outcomes

| outcome | type | domain |
|---|---|---|
| give | one of | refund, deny, ask |
| by | date | |
| points | whole number | |

## Table: first (first)

| id | colour | when | unless | give | amount | by | because | say | say zh |
|---|---|---|---|---|---|---|---|---|---|
| a | red, "sea green" | days [0..14); brand "Nova \\"5\\"" | worn yes; price > 20 or marks torn | refund | price | due | clause a | {amount} by {by} | {amount} |
| b | not(red) | late no | | deny | | | clause b | No. | |
| c | | waited null | | ask | | | | | |

## Table: offers (collect)

| id | if give | amount | note |
|---|---|---|---|
| x | refund | max(fees.max(), 5) | or \\| so |
| y | not(refund) | soap | |

## Table: total (collect sum)

| id | when | points |
|---|---|---|
| p | days <= limit | 2 * 3 |

## Never

| id | when | give | because |
|---|---|---|---|
| n | marks stained | refund | clause n |

## Always

| id | when | give | because |
|---|---|---|---|
| w | days 3; colour red; worn no | deny | clause w |

## Examples

| given | expect | amount | offers |
|---|---|---|---|
| asked_on 2026-01-05; days 3; colour red; lines [(price 5.00, kind soap)] | ask brand | | |
"""


def seeds() -> list[str]:
    """A small page with everything, oftener than others, and the shipped pages."""
    shipped = [_cut(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.md"))]
    return [*shipped, *[SMALL] * (3 * len(shipped))]


def _cut(text: str) -> str:
    """Keep the first examples of a page, so that it is quickly read."""
    before, heading, examples = text.partition("## Examples\n")
    return before + heading + "\n".join(examples.split("\n")[:5])


def mutant(texts: Sequence[str], chance: random.Random) -> str:
    """One of the texts with one to four things spoilt."""
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 2, 4))):
        text = chance.choice(_SPOILING)(text, texts, chance)
    return text


def _characters(text: str, _texts: Sequence[str], chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    cut = at + chance.choice((0, 1, 1, 2, 9))
    return text[:at] + chance.choice((*_SIGNS, "", "", "")) + text[cut:]


def _words(text: str, texts: Sequence[str], chance: random.Random) -> str:
    """Put a word of any page in the place of a word of this one."""
    words, others = _WORD.findall(text), _WORD.findall(chance.choice(texts))
    if words:
        words[chance.randrange(len(words))] = chance.choice(others)
    return "".join(words)


def _swap(text: str, _texts: Sequence[str], chance: random.Random) -> str:
    words = _WORD.findall(text)
    one, other = chance.randrange(len(words) or 1), chance.randrange(len(words) or 1)
    if words:
        words[one], words[other] = words[other], words[one]
    return "".join(words)


def _lines(text: str, texts: Sequence[str], chance: random.Random) -> str:
    """Drop, double or move a line, or put one of another page beside it."""
    lines = text.splitlines(keepends=True) or [""]
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines.insert(chance.randrange(len(lines)), lines.pop(at))
        case _:
            other = chance.choice(texts).splitlines(keepends=True)
            lines.insert(at, chance.choice(other or [""]))
    return "".join(lines)


def _cells(text: str, texts: Sequence[str], chance: random.Random) -> str:
    """Put a cell of any page in the place of a cell of this one."""
    lines = text.split("\n")
    tables = [at for at, line in enumerate(lines) if line.startswith("|")]
    others = [
        cell for line in chance.choice(texts).split("\n") for cell in line.split("|")
    ]
    if tables:
        at = chance.choice(tables)
        cells = lines[at].split("|")
        cells[chance.randrange(len(cells))] = chance.choice(others)
        lines[at] = "|".join(cells)
    return "\n".join(lines)


def _repeat(text: str, _texts: Sequence[str], chance: random.Random) -> str:
    """Repeat a few characters very often: deep nesting, long cells, many columns."""
    at = chance.randrange(len(text) + 1)
    part = chance.choice((text[at : at + chance.randrange(1, 12)], *_SIGNS))
    return text[:at] + part * chance.choice((30, 300, 3_000)) + text[at:]


_SPOILING: tuple[Callable[[str, Sequence[str], random.Random], str], ...] = (
    _characters,
    _characters,
    _words,
    _words,
    _swap,
    _lines,
    _cells,
    _cells,
    _repeat,
)


def tried(text: str, *, printed: bool = True) -> bool:
    """Read a mutant; whether it loads. What loads is decided, and formatted, printed.

    Anything but PolicyError and DecisionFault comes out of here: it is a fault of ours.
    """
    try:
        page = read(text)
    except PolicyError:
        return False
    with suppress(DecisionFault):
        evaluate(page.program, read_sheet(page.program, {}))
    if printed:
        _print(text, page)
    return True


def _print(text: str, page: Page) -> None:
    once = formatted(text)
    assert meaning(read(once).policy) == meaning(page.policy)
    assert formatted(once) == once
    assert meaning(read(print_page(page)).policy) == meaning(page.policy)
