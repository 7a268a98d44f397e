"""What a foreign expression or cell says, as a small tree that both dialects share.

`reading` makes it from text (GoRules ZEN or FEEL); `wording` writes it as ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal as OneOf


class Unread(ValueError):
    """A foreign text cannot be read; the message says at what."""


class TooMuch(Exception):
    """What is imported grows past what a page may hold; it is not read on."""


class Unfit(ValueError):
    """A foreign expression has no words in our language; the message says why."""


@dataclass(frozen=True, slots=True)
class Given:
    """A literal: yes or no, a number, a text, a day, or nothing (null)."""

    value: bool | Decimal | str | date | None


@dataclass(frozen=True, slots=True)
class Path:
    """A name, or a field of one: `customer.tier`."""

    name: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What the cell's column holds: `$` of ZEN, `?` of FEEL."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one value to another, each end in or out."""

    low: Form
    high: Form
    low_in: bool
    high_in: bool


@dataclass(frozen=True, slots=True)
class Items:
    """A list that is written out."""

    items: tuple[Form, ...]


Sign = OneOf[
    "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in"
]


@dataclass(frozen=True, slots=True)
class Joined:
    """Two forms joined by a sign."""

    sign: Sign
    left: Form
    right: Form


@dataclass(frozen=True, slots=True)
class Inverted:
    """`not` of a yes/no form, or minus a number."""

    sign: OneOf["not", "-"]
    inner: Form


@dataclass(frozen=True, slots=True)
class Applied:
    """A function of the other system with what it is given."""

    name: str
    arguments: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """If the test holds, the one, else the other."""

    test: Form
    yes: Form
    no: Form


Form = Given | Path | Subject | Span | Items | Joined | Inverted | Applied | Either
COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: it holds if any of its forms does (or, negated, if none does)."""

    forms: tuple[Form, ...]
    negated: bool = False


def parts(form: Form) -> tuple[Form, ...]:
    """Return the forms directly inside this one."""
    found: tuple[Form, ...] = ()
    match form:
        case Joined():
            found = (form.left, form.right)
        case Inverted():
            found = (form.inner,)
        case Applied():
            found = form.arguments
        case Either():
            found = (form.test, form.yes, form.no)
        case Span():
            found = (form.low, form.high)
        case Items():
            found = form.items
    return found


def is_yes_no(form: Form) -> bool:
    """Tell whether a form is a statement, true or false by itself."""
    match form:
        case Joined():
            return form.sign in COMPARISONS or form.sign in ("and", "or", "in")
        case Inverted():
            return form.sign == "not"
        case Applied():
            return form.name in _YES_NO_CALLS
        case _:
            return False


def about_subject(form: Form) -> Form:
    """A bare value or range in a cell means: the subject is that."""
    if isinstance(form, Span | Items):
        return Joined("in", Subject(), form)
    return form if is_yes_no(form) else Joined("=", Subject(), form)


_YES_NO_CALLS = frozenset(
    {"contains", "startsWith", "endsWith", "matches", "some", "all", "none", "one"}
    | {"starts with", "ends with", "list contains", "not"}
)


def words_in(form: Form) -> tuple[Form, ...]:
    """Return the words of `some(list, # in [words])`: any of them is in the list."""
    if not isinstance(form, Applied) or form.name != "some" or len(form.arguments) != 2:
        return ()
    body = form.arguments[1]
    about = isinstance(body, Joined) and body.sign == "in" and body.left == Path("#")
    if about and isinstance(body, Joined) and isinstance(body.right, Items):
        return body.right.items
    return ()


def put(form: Form, bound: Mapping[str, Form]) -> Form:
    """Return the form with names, or the beginnings of paths, replaced by forms."""
    return changed(form, lambda one: _put_path(one, bound))


def put_subject(form: Form, path: Path) -> Form:
    """Return the form with the subject replaced by the path that it stands for."""
    return changed(form, lambda one: path if isinstance(one, Subject) else one)


def changed(form: Form, change: Callable[[Form], Form]) -> Form:
    """Return the form with every part changed so, the innermost first."""
    inner = tuple(changed(part, change) for part in parts(form))
    match form:
        case Joined():
            form = Joined(form.sign, *inner)
        case Inverted():
            form = Inverted(form.sign, *inner)
        case Applied():
            form = Applied(form.name, inner)
        case Either():
            form = Either(*inner)
        case Span():
            form = Span(inner[0], inner[1], form.low_in, form.high_in)
        case Items():
            form = Items(inner)
    return change(form)


def _put_path(path: Form, bound: Mapping[str, Form]) -> Form:
    if not isinstance(path, Path):
        return path
    if path.name in bound:
        return bound[path.name]
    first, dot, rest = path.name.partition(".")
    base = bound.get(first)
    if dot and isinstance(base, Path):
        return Path(f"{base.name}.{rest}")
    if base is not None and dot:
        raise Unfit(f"{path.name} is a field of something computed")
    return path
