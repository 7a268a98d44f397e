"""The parts of random pages: names with their kinds, cells, expressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from evenhand.policy.kinds import ORDERED, Kind

Texts = st.SearchStrategy[str]


@dataclass(frozen=True)
class Spoken:
    """A name that a page declares: what it is, and how the page writes that."""

    name: str
    kind: Kind
    domain: str = ""
    optional: bool = False
    words: tuple[str, ...] = ()
    fields: tuple[Spoken, ...] = ()

    @property
    def written(self) -> str:
        """The type as the page writes it."""
        return f"{self.kind}?" if self.optional else str(self.kind)


class Names:
    """What may be used at a place of the page."""

    def __init__(self, spoken: list[Spoken]) -> None:
        self.spoken = spoken
        self.holidays = False

    def add(self, one: Spoken) -> None:
        """Declare another name; an outcome given twice stands once."""
        self.spoken = [old for old in self.spoken if old.name != one.name] + [one]

    def of(self, *kinds: Kind) -> list[str]:
        """The names of these kinds."""
        return [one.name for one in self.spoken if one.kind in kinds]

    def of_name(self, name: str) -> bool:
        """Whether this name is declared."""
        return any(one.name == name for one in self.spoken)

    @property
    def testable(self) -> list[Spoken]:
        """Names that a cell may test."""
        return [
            one for one in self.spoken if one.kind is not Kind.LINES or one.optional
        ]


_LINE = (
    Spoken("price", Kind.MONEY, "0.00..300.00"),
    Spoken("category", Kind.ONE_OF, "shoes, hygiene", words=("shoes", "hygiene")),
    Spoken("count", Kind.WHOLE, "1..9", optional=True),
    Spoken("worn", Kind.YES_NO, optional=True),
)
_COLOURS = ("red", "blue", "sea green")
DECLARED = (
    Spoken("asked_on", Kind.DATE, "2026-01-01..2027-12-31"),
    Spoken("start_on", Kind.DATE, "2025-06-01..2027-12-31", optional=True),
    Spoken("coin", Kind.ONE_OF, "EUR, JPY", words=("EUR", "JPY")),
    Spoken("days", Kind.WHOLE, "0..400"),
    Spoken("parts", Kind.WHOLE, "1..12", optional=True),
    Spoken("share", Kind.NUMBER, "0..10"),
    Spoken("price", Kind.MONEY, "0.00..500.00"),
    Spoken("loss", Kind.MONEY, "0.00..200.00", optional=True),
    Spoken("worn", Kind.YES_NO),
    Spoken("told", Kind.YES_NO, optional=True),
    Spoken("colour", Kind.ONE_OF, 'red, blue, "sea green"', words=_COLOURS),
    Spoken("brand", Kind.TEXT, optional=True),
    Spoken("waited", Kind.DURATION, "0 seconds..30 days", optional=True),
    Spoken("marks", Kind.TEXTS, "torn, stained", words=("torn", "stained")),
    Spoken("scores", Kind.NUMBERS, optional=True),
    Spoken("fees", Kind.AMOUNTS),
    Spoken("visits", Kind.DATES, optional=True),
    Spoken("lines", Kind.LINES, optional=True, fields=_LINE),
)

_LITERALS: dict[Kind, Texts] = {
    Kind.YES_NO: st.sampled_from(["yes", "no", "true", "false"]),
    Kind.WHOLE: st.integers(-20, 60).map(str),
    Kind.NUMBER: st.sampled_from(["0", "0.5", "1", "2.25", "-3", "7.125"]),
    Kind.MONEY: st.integers(0, 30_000).map(lambda n: f"{n // 100}.{n % 100:02}"),
    Kind.DATE: st.sampled_from(
        ["2026-01-31", "2026-02-28", "2026-12-31", "2027-03-01"]
    ),
    Kind.DURATION: st.sampled_from(
        ["2 hours", "3 days", "90 minutes", "1 day 4 hours"]
    ),
    Kind.TEXT: st.sampled_from(
        ['"red"', "'it''s'".replace("''", "\\'"), '"a \\"b\\""']
    ),
}


def literal(one: Spoken) -> Texts:
    """A value of this name as a page writes it in a cell."""
    if one.words:
        return st.sampled_from([_word(word) for word in one.words])
    kind = _ELEMENT.get(one.kind, one.kind)
    return _LITERALS[kind]


_ELEMENT = {
    Kind.TEXTS: Kind.TEXT,
    Kind.NUMBERS: Kind.NUMBER,
    Kind.AMOUNTS: Kind.MONEY,
    Kind.DATES: Kind.DATE,
}


def _word(word: str) -> str:
    return word if word.isidentifier() else f'"{word}"'


def cell(one: Spoken, names: Names) -> Texts:
    """A condition on a name: a value, several, a bound, a range, another name, null."""
    if one.kind is Kind.LINES:
        return st.sampled_from(["null", "not(null)"])
    value = literal(one)
    several = st.lists(value, min_size=1, max_size=3, unique=True).map(", ".join)
    forms = [value, several, several.map(lambda text: f"not({text})")]
    if one.kind in ORDERED:
        signs = st.sampled_from(["<", "<=", ">", ">=", "!=", "="])
        others = st.sampled_from(names.of(one.kind) or [one.name])
        forms.append(st.tuples(signs, st.one_of(value, others)).map(" ".join))
        forms.append(_range(one, value))
    if one.optional:
        forms += [st.just("null"), st.just("not(null)")]
    return st.one_of(*forms)


def _range(one: Spoken, value: Texts) -> Texts:
    def written(drawn: tuple[str, str, str, str]) -> str:
        opening, low, high, closing = drawn
        low, high = sorted((low, high), key=lambda text: _size(text, one.kind))
        return f"{opening}{low}..{high}{closing}"

    ends = st.sampled_from(["[", "("]), value, value, st.sampled_from(["]", ")"])
    return st.tuples(*ends).map(written)


def _size(text: str, kind: Kind) -> Any:
    if kind is Kind.DATE:
        return text
    if kind is Kind.DURATION:
        return ["90 minutes", "2 hours", "1 day 4 hours", "3 days"].index(text)
    return float(text)


def expression(kind: Kind, names: Names, depth: int) -> Texts:
    """An expression of this kind, so many levels deep."""
    simple = _simple(kind, names)
    if depth == 0:
        return simple
    return st.one_of(
        simple, *(_LARGER[kind](names, depth - 1)), _choice(kind, names, depth - 1)
    )


def _simple(kind: Kind, names: Names) -> Texts:
    found = names.of(kind, *((Kind.WHOLE,) if kind is Kind.NUMBER else ()))
    return (
        st.one_of(st.sampled_from(found), _LITERALS[kind]) if found else _LITERALS[kind]
    )


def _choice(kind: Kind, names: Names, depth: int) -> Texts:
    test = expression(Kind.YES_NO, names, depth)
    ends = _simple(kind, names), _simple(kind, names)
    return st.tuples(test, *ends).map(lambda drawn: "({} ? {} : {})".format(*drawn))


def _pair(form: str, left: Texts, right: Texts) -> Texts:
    return st.tuples(left, right).map(lambda drawn: form.format(*drawn))


def _amounts(kind: Kind, names: Names, depth: int) -> list[Texts]:
    """Sums, differences, the smaller and the larger, of one kind."""
    name = _named(kind, names, depth)
    inner = expression(kind, names, depth)
    forms = ["{} + {}", "{} - {}", "min({}, {})", "max({}, {})", "{} - ({})"]
    return [_pair(form, name, inner) for form in forms]


def _named(kind: Kind, names: Names, depth: int) -> Texts:
    """Something of a kind that cannot be taken for a bare number."""
    found = names.of(kind)
    return st.sampled_from(found) if found else _LITERALS[kind]


def _whole(names: Names, depth: int) -> list[Texts]:
    days = expression(Kind.DATE, names, 0)
    forms = ["days({} - {})", "months({} - {})", "working_days({} - {})"]
    if names.holidays:
        forms.append("working_days({} - {}, holidays)")
    found = [_pair(form, days, days) for form in forms]
    found += _amounts(Kind.WHOLE, names, depth)
    found.append(expression(Kind.WHOLE, names, depth).map(lambda text: f"-({text})"))
    found += [st.just(f"size({name})") for name in names.of(*_LISTS)]
    if names.of(Kind.LINES):
        test = _line_test(names, "l")
        found.append(test.map(lambda text: f"lines.filter(l, {text}).size()"))
        found.append(st.just("lines.map(l, l.count).sum()"))
    return found


_LISTS = (Kind.LINES, Kind.TEXTS, Kind.NUMBERS, Kind.AMOUNTS, Kind.DATES)


def _number(names: Names, depth: int) -> list[Texts]:
    found = _amounts(Kind.NUMBER, names, depth)
    found.append(
        _pair("{} / {}", _simple(Kind.NUMBER, names), st.sampled_from(["4", "2.5"]))
    )
    found += (
        [st.sampled_from(["scores.sum()", "scores.max()"])]
        if names.of(Kind.NUMBERS)
        else []
    )
    return found


def _money(names: Names, depth: int) -> list[Texts]:
    found = _amounts(Kind.MONEY, names, depth) if names.of(Kind.MONEY) else []
    if names.of(Kind.MONEY):
        factors = st.sampled_from(["60 / 100", "3", "0.335", "2 / 7"])
        found.append(_pair("{} * {}", _named(Kind.MONEY, names, depth), factors))
    if names.of(Kind.AMOUNTS):
        found.append(
            st.sampled_from(["fees.sum()", "fees.min()", "fees.map(f, f * 2).max()"])
        )
    if names.of(Kind.LINES):
        test = _line_test(names, "l")
        found.append(
            test.map(lambda text: f"lines.filter(l, {text}).map(l, l.price).sum()")
        )
        found.append(st.just("lines.map(l, l.price * l.count).sum()"))
    return found or [_LITERALS[Kind.MONEY]]


def _date(names: Names, depth: int) -> list[Texts]:
    start = expression(Kind.DATE, names, depth)
    count = st.integers(-40, 40).map(str)
    found = [_pair("add_months({}, {})", start, count)]
    found.append(
        _pair("{} + {}", _simple(Kind.DATE, names), st.sampled_from(["14", "3 days"]))
    )
    forms = ["add_working_days({}, {})"]
    forms += ["add_working_days({}, {}, holidays)"] if names.holidays else []
    return found + [_pair(form, start, st.integers(0, 30).map(str)) for form in forms]


def _duration(names: Names, depth: int) -> list[Texts]:
    found = _amounts(Kind.DURATION, names, depth)
    factors = st.sampled_from(["2", "0.5", "1 / 7"])
    return [*found, _pair("{} * {}", _simple(Kind.DURATION, names), factors)]


def _yes_no(names: Names, depth: int) -> list[Texts]:
    inner = expression(Kind.YES_NO, names, depth)
    forms = ["{} and {}", "{} or ({})", "({}) && not ({})", "!({}) || ({})"]
    found = [_pair(form, inner, inner) for form in forms[1:]]
    found.append(
        _pair(forms[0], _simple(Kind.YES_NO, names), _simple(Kind.YES_NO, names))
    )
    for kind in (Kind.WHOLE, Kind.DATE, Kind.DURATION, Kind.NUMBER):
        sign = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])
        sides = expression(kind, names, depth), sign, expression(kind, names, depth)
        found.append(st.tuples(*sides).map(lambda drawn: "({}) {} ({})".format(*drawn)))
    return [*found, *_of_words(names), *_of_lists(names)]


def _of_words(names: Names) -> list[Texts]:
    if not names.of(Kind.ONE_OF) or "colour" not in names.of(Kind.ONE_OF):
        return []
    word = st.sampled_from(['"red"', '"sea green"', "'blue'"])
    several = st.lists(word, min_size=1, max_size=3).map(", ".join)
    return [
        word.map(lambda text: f"colour == {text}"),
        several.map(lambda text: f"colour in [{text}]"),
    ]


def _of_lists(names: Names) -> list[Texts]:
    asking = st.sampled_from(["exists", "all", "exists_one"])
    written = st.tuples(asking, st.sampled_from(names.of(Kind.WHOLE) or ["3"]))
    found = [written.map(lambda drawn: "[1, 14, 30].{}(n, n >= {})".format(*drawn))]
    if names.of(Kind.LINES):
        pair = st.tuples(asking, _line_test(names, "l"))
        found.append(pair.map(lambda drawn: "lines.{}(l, {})".format(*drawn)))
    if names.of(Kind.TEXTS):
        found.append(st.just('"torn" in marks'))
    if names.of(Kind.AMOUNTS):
        found.append(asking.map(lambda word: f"fees.{word}(f, f > 20.00)"))
    if names.of(Kind.DATES):
        found.append(st.just("asked_on in visits"))
        found.append(st.just("visits.exists(v, v < asked_on)"))
    return found


def _line_test(names: Names, variable: str) -> Texts:
    l = variable  # noqa: E741  # the letter that pages use
    forms: Sequence[str] = (
        f'{l}.category == "hygiene"',
        f"{l}.price > 50.00",
        f"{l}.count >= 2 and {l}.worn",
        f"not {l}.worn",
        *([f"{l}.price < price"] if "price" in names.of(Kind.MONEY) else []),
    )
    return st.sampled_from(forms)


_LARGER = {
    Kind.YES_NO: _yes_no,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.DURATION: _duration,
}
