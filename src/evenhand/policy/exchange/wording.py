"""Forms of other systems written as cells and expressions of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from evenhand.policy import limits
from evenhand.policy.durations import seconds_of, told_duration
from evenhand.policy.exchange.forms import (
    COMPARISONS,
    MIRRORED,
    Applied,
    Cell,
    Form,
    Given,
    Inverted,
    Items,
    Joined,
    Path,
    Span,
    Subject,
    Unfit,
    about_subject,
    words_in,
)
from evenhand.policy.exchange.writing import quoted
from evenhand.policy.kinds import NUMERIC, ORDERED, Kind


@dataclass(frozen=True, slots=True)
class Meant:
    """What a name of the file is on the page."""

    name: str
    kind: Kind


Lookup = Callable[[str], Meant]
Constant = bool | Decimal | str | date | None


class Bounds(Unfit):
    """Several inequalities in one cell: an expression must say that any of them will do."""


def literal(value: Constant, kind: Kind) -> str:
    """Write a value of this kind; Unfit if it is not of the kind."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return _of(kind is Kind.YES_NO, "yes" if value else "no", kind)
    if isinstance(value, Decimal):
        return _of(kind in (*NUMERIC, Kind.MONEY), number(value), kind)
    if isinstance(value, str):
        worded = kind in (Kind.TEXT, Kind.ONE_OF, Kind.TEXTS)
        return _of(worded, quoted(value), kind)
    return _of(kind is Kind.DATE, value.isoformat(), kind)


def _of(fits: bool, text: str, kind: Kind) -> str:  # noqa: FBT001  # reads as "of this kind"
    if not fits:
        raise Unfit(f"{text} is not {kind}")
    return text


def number(value: Decimal) -> str:
    """Write a number without exponent; Unfit past what a page may hold."""
    text = format(value.normalize(), "f")
    if len(text.lstrip("-")) > limits.DIGITS or abs(value) > limits.LARGEST:
        raise Unfit(f"{text} has more than {limits.DIGITS} digits")
    return text


# Cells


def cell_text(cell: Cell, meant: Meant, lookup: Lookup) -> str:
    """Write a cell of the column of this name.

    Unfit if cells cannot say it; Bounds, one of them, if it joins inequalities.
    """
    form = cell.forms[0]
    if len(cell.forms) == 1:
        inner = _without_not(form)
        if inner is not form:
            turned = Cell((inner,), negated=not cell.negated)
            return cell_text(turned, meant, lookup)
    tests: list[str] = []
    for one in cell.forms:
        tests += _tests(about_subject(one), meant, lookup)
    return _joined(tests, negated=cell.negated)


def _without_not(form: Form) -> Form:
    """Return what a form denies; the form itself if it denies nothing."""
    if isinstance(form, Inverted) and form.sign == "not":
        return form.inner
    denied = isinstance(form, Joined) and form.sign == "!="
    if denied and isinstance(form, Joined) and Given(None) in (form.left, form.right):
        return Joined("=", form.left, form.right)
    return form


def _joined(tests: list[str], *, negated: bool) -> str:
    bounds = [test for test in tests if test[0] in "<>!"]
    if len(bounds) > 1 or (len(tests) > 1 and any(t.startswith("!=") for t in tests)):
        raise Bounds("several inequalities in one cell")
    return f"not({', '.join(tests)})" if negated else ", ".join(tests)


def _tests(form: Form, meant: Meant, lookup: Lookup) -> list[str]:
    """Write a statement about the subject as tests of which any must hold."""
    if isinstance(form, Joined) and form.sign == "or":
        left = _tests(form.left, meant, lookup)
        return [*left, *_tests(form.right, meant, lookup)]
    if isinstance(form, Joined) and form.sign == "and":
        return [_between(form, meant, lookup)]
    if isinstance(form, Joined) and form.sign == "in":
        return _among(form, meant, lookup)
    if isinstance(form, Applied) and meant.kind is Kind.TEXTS:
        return _listed_words(form, meant, lookup)
    if isinstance(form, Joined) and form.sign in COMPARISONS:
        order, other = _compared(form)
        operand = _operand(other, meant, lookup)
        if order in ("<", "<=", ">", ">=") and meant.kind not in ORDERED:
            raise Unfit(f"{meant.kind} has no larger and smaller")
        return [operand if order == "=" else f"{order} {operand}"]
    raise Unfit("it is no test of the column alone")


def _listed_words(form: Applied, meant: Meant, lookup: Lookup) -> list[str]:
    """Write that a word, or one of some words, is in the list that the column holds."""
    first, *rest = form.arguments or (Given(None),)
    words = words_in(form)
    if form.name in ("contains", "list contains") and len(rest) == 1:
        words = (rest[0],)
    if not words or not isinstance(first, Subject):
        raise Unfit(f"the function {form.name} is not in the language")
    return [_operand(word, meant, lookup) for word in words]


def _compared(form: Joined) -> tuple[str, Form]:
    if isinstance(form.left, Subject):
        return form.sign, form.right
    if isinstance(form.right, Subject):
        return MIRRORED[form.sign], form.left
    raise Unfit("it does not compare the column")


def _operand(form: Form, meant: Meant, lookup: Lookup) -> str:
    if isinstance(form, Given):
        return literal(form.value, meant.kind)
    if isinstance(form, Applied) and meant.kind is Kind.DURATION:
        return told_duration(seconds(form))
    if isinstance(form, Path):
        other = lookup(form.name)
        if not one_family(other.kind, meant.kind):
            raise Unfit(f"{form.name} is {other.kind}, not {meant.kind}")
        return other.name
    raise Unfit("a cell compares with a value or a name")


def seconds(form: Applied) -> int:
    """Return the length of a written duration; Unfit if it is none of fixed length."""
    text = form.arguments[0] if form.name == "duration" and form.arguments else None
    value = text.value if isinstance(text, Given) else None
    found = seconds_of(value) if isinstance(value, str) else None
    if found is None:
        raise Unfit(f"the function {form.name} is not in the language")
    return found


def one_family(one: Kind, other: Kind) -> bool:
    """Tell whether values of these kinds can be compared."""
    words = {Kind.TEXT, Kind.ONE_OF}
    return one is other or {one, other} <= NUMERIC or {one, other} <= words


def _between(form: Joined, meant: Meant, lookup: Lookup) -> str:
    """Write a lower and an upper bound as a range."""
    ends = {}
    for side in (form.left, form.right):
        if not isinstance(side, Joined) or side.sign not in ("<", "<=", ">", ">="):
            raise Unfit("only a lower and an upper bound make a range")
        order, other = _compared(side)
        ends[order[0]] = (order, _operand(other, meant, lookup), other)
    if set(ends) != {"<", ">"}:
        raise Unfit("only a lower and an upper bound make a range")
    span = Span(ends[">"][2], ends["<"][2], "=" in ends[">"][0], "=" in ends["<"][0])
    return _range(span, meant, lookup)


def _range(span: Span, meant: Meant, lookup: Lookup) -> str:
    low, high = (_operand(end, meant, lookup) for end in (span.low, span.high))
    if meant.kind not in ORDERED:
        raise Unfit(f"{meant.kind} has no ranges")
    if _is_empty(span):
        raise Unfit("the range is empty")
    return f"{'[' if span.low_in else '('}{low}..{high}{']' if span.high_in else ')'}"


def _is_empty(span: Span) -> bool:
    low = span.low.value if isinstance(span.low, Given) else None
    high = span.high.value if isinstance(span.high, Given) else None
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return low > high
    return isinstance(low, date) and isinstance(high, date) and low > high


def _among(form: Joined, meant: Meant, lookup: Lookup) -> list[str]:
    if isinstance(form.right, Subject) and meant.kind is Kind.TEXTS:
        return [_operand(form.left, meant, lookup)]
    if not isinstance(form.left, Subject) or meant.kind is Kind.TEXTS:
        raise Unfit("it does not test the column")
    if isinstance(form.right, Span):
        return [_range(form.right, meant, lookup)]
    if isinstance(form.right, Items) and form.right.items:
        found: list[str] = []
        for item in form.right.items:
            found += _tests(about_subject(item), meant, lookup)
        return found
    raise Unfit("it tests a list that is not written out")


def statement(cell: Cell) -> Form:
    """Return a cell as one statement in which the subject still stands."""
    whole: Form | None = None
    for form in cell.forms:
        about = about_subject(form)
        whole = about if whole is None else Joined("or", whole, about)
    if whole is None:
        raise Unfit("the cell says nothing")
    return Inverted("not", whole) if cell.negated else whole


def split(form: Form) -> list[Form]:
    """Return the statements that `and` joins."""
    if isinstance(form, Joined) and form.sign == "and":
        return [*split(form.left), *split(form.right)]
    return [form]


def about_names(form: Form, lookup: Lookup) -> tuple[str, str]:
    """Write a statement about one name as (name, cell); Unfit if it is none."""
    if isinstance(form, Path):
        return _yes_no(form, "yes", lookup)
    if isinstance(form, Inverted) and isinstance(form.inner, Path):
        return _yes_no(form.inner, "no", lookup)
    negated = isinstance(form, Inverted) and form.sign == "not"
    inner = form.inner if isinstance(form, Inverted) and negated else form
    path, about = _about_one(inner)
    meant = lookup(path.name)
    return meant.name, cell_text(Cell((about,), negated=negated), meant, lookup)


def _about_one(form: Form) -> tuple[Path, Form]:
    """Return the one name that a statement is about, and what it says of it."""
    if isinstance(form, Applied) and form.arguments:
        first, *rest = form.arguments
        if isinstance(first, Path):
            return first, Applied(form.name, (Subject(), *rest))
    if isinstance(form, Joined) and (form.sign in COMPARISONS or form.sign == "in"):
        if isinstance(form.left, Path):
            return form.left, Joined(form.sign, Subject(), form.right)
        if isinstance(form.right, Path):
            return form.right, Joined(form.sign, form.left, Subject())
    raise Unfit("it is not about one name")


def _yes_no(path: Path, cell: str, lookup: Lookup) -> tuple[str, str]:
    meant = lookup(path.name)
    if meant.kind is not Kind.YES_NO:
        raise Unfit(f"{path.name} is {meant.kind}, not yes/no")
    return meant.name, cell


def texts_in(form: Form) -> list[str]:
    """Return the texts of a list that is written out; Unfit if it holds others."""
    items = form.items if isinstance(form, Items) else ()
    values = [item.value for item in items if isinstance(item, Given)]
    words = [value for value in values if isinstance(value, str)]
    if not isinstance(form, Items) or len(words) != len(items):
        raise Unfit("only a list of texts stands in a cell")
    return words
