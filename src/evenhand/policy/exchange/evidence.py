"""What kind a name of a file must be, from how its cells and expressions use it."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal

from evenhand.policy.exchange.forms import (
    COMPARISONS,
    Applied,
    Cell,
    Either,
    Form,
    Given,
    Inverted,
    Items,
    Joined,
    Path,
    Span,
    Subject,
    about_subject,
    is_yes_no,
    words_in,
)
from evenhand.policy.kinds import Kind

_KINDS: dict[type, Kind] = {
    bool: Kind.YES_NO,
    Decimal: Kind.NUMBER,
    str: Kind.TEXT,
    date: Kind.DATE,
}


class Evidence:
    """Gathers how names are used; `kind` judges. A name is a path of the file."""

    __slots__ = ("_alike", "_null", "_votes")

    def __init__(self) -> None:
        self._votes: defaultdict[str, Counter[Kind]] = defaultdict(Counter)
        self._alike: defaultdict[str, set[str]] = defaultdict(set)
        self._null: set[str] = set()

    def kind(self, path: str) -> Kind | None:
        """Return the kind that most uses speak for, None if nothing does."""
        votes = self._votes.get(path)
        if votes:
            return votes.most_common(1)[0][0]
        for other in sorted(self._alike.get(path, ())):
            votes = self._votes.get(other)
            if votes:
                return votes.most_common(1)[0][0]
        return None

    def may_be_null(self, path: str) -> bool:
        """Tell whether a cell asks if nothing is known of it."""
        return path in self._null

    def of_cell(self, cell: Cell, subject: str) -> None:
        """Learn from a cell of the column of this path."""
        for form in cell.forms:
            self.of_form(about_subject(form), subject)

    def of_form(
        self, form: Form, subject: str = "", wanted: Kind | None = None
    ) -> None:
        """Learn from an expression that should give this kind."""
        match form:
            case Path() | Subject():
                name = _name(form, subject)
                if wanted and name:
                    self._votes[name][wanted] += 1
            case Joined():
                self._joined(form, subject)
            case Inverted():
                inner = Kind.YES_NO if form.sign == "not" else Kind.NUMBER
                self.of_form(form.inner, subject, inner)
            case Either():
                self.of_form(form.test, subject, Kind.YES_NO)
                self._each((form.yes, form.no), subject, wanted)
            case Applied():
                self._applied(form, subject)
            case Items():
                self._each(form.items, subject, wanted)

    def _each(self, forms: tuple[Form, ...], subject: str, wanted: Kind | None) -> None:
        for form in forms:
            self.of_form(form, subject, wanted)

    def _applied(self, form: Applied, subject: str) -> None:
        if words_in(form):
            self.of_form(form.arguments[0], subject, Kind.TEXTS)
        number = Kind.NUMBER if form.name in _OF_NUMBERS else None
        self._each(form.arguments, subject, number)

    def _joined(self, form: Joined, subject: str) -> None:
        left, right = form.left, form.right
        if form.sign in ("and", "or"):
            self.of_form(left, subject, Kind.YES_NO)
            self.of_form(right, subject, Kind.YES_NO)
        elif form.sign in COMPARISONS:
            self._compared(form, subject)
        elif form.sign == "in":
            self._membership(left, right, subject)
        else:
            texts = form.sign == "+" and Kind.TEXT in (_kind(left), _kind(right))
            wanted = Kind.TEXT if texts else Kind.NUMBER
            self.of_form(left, subject, wanted)
            self.of_form(right, subject, wanted)

    def _compared(self, form: Joined, subject: str) -> None:
        left, right = form.left, form.right
        for one, other in ((left, right), (right, left)):
            self.of_form(one, subject, _kind(other))
            if isinstance(other, Given) and other.value is None:
                self._null.add(_name(one, subject))
        if form.sign in ("<", "<=", ">", ">=") and not (_kind(left) or _kind(right)):
            self.of_form(left, subject, Kind.NUMBER)
        names = _name(left, subject), _name(right, subject)
        if all(names):
            self._alike[names[0]].add(names[1])
            self._alike[names[1]].add(names[0])

    def _membership(self, left: Form, right: Form, subject: str) -> None:
        inside: tuple[Form, ...] = ()
        if isinstance(right, Items):
            inside = right.items
        elif isinstance(right, Span):
            inside = (right.low, right.high)
        elif isinstance(right, Path | Subject) and _kind(left) is Kind.TEXT:
            self.of_form(right, subject, Kind.TEXTS)
        for item in inside:
            if isinstance(item, Span):
                self._membership(left, item, subject)
            else:
                self._compared(Joined("=", left, item), subject)


_OF_NUMBERS = frozenset({"min", "max", "number", "round", "floor", "abs", "ceil"})


def _name(form: Form, subject: str) -> str:
    if isinstance(form, Subject):
        return subject
    return form.name if isinstance(form, Path) else ""


def _kind(form: Form) -> Kind | None:
    """Return the kind that a form shows by itself."""
    if isinstance(form, Given):
        return None if form.value is None else _KINDS[type(form.value)]
    if isinstance(form, Joined) and form.sign in ("-", "*", "/", "**"):
        return Kind.NUMBER
    if isinstance(form, Joined) and form.sign == "+":
        return _kind(form.left) or _kind(form.right)
    if isinstance(form, Inverted) and form.sign == "-":
        return Kind.NUMBER
    return Kind.YES_NO if is_yes_no(form) else None


shown_kind = _kind
