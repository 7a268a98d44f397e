"""Forms of other systems written as expressions of a page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from evenhand.policy import limits
from evenhand.policy.durations import told_duration
from evenhand.policy.exchange.forms import (
    COMPARISONS,
    Applied,
    Either,
    Form,
    Given,
    Inverted,
    Items,
    Joined,
    Path,
    Span,
    Subject,
    Unfit,
    parts,
)
from evenhand.policy.exchange.wording import (
    Lookup,
    Meant,
    literal,
    number,
    one_family,
    seconds,
)
from evenhand.policy.kinds import NUMERIC, ORDERED, Kind

# How FEEL names the ways of rounding that a page has.
ROUNDINGS = {
    "round half up": "half_up",
    "decimal": "half_even",
    "round down": "down",
    "floor": "floor",
    "ceiling": "ceiling",
}
_HIGHEST_POWER = 4
_LEVELS = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
_CHOICE, _NOT, _COMPARE, _MINUS, _ATOM = 0, 3, 4, 7, 9
Written = tuple[str, Kind, int]  # text, kind, how tightly it is bound


def expression(
    form: Form, wanted: Kind, lookup: Lookup, subject: Meant | None = None
) -> str:
    """Write a form as an expression of this kind; Unfit says why there is none."""
    text, kind, _level = _Expressions(lookup, subject).write(form)
    if not _fits(form, kind, wanted):
        raise Unfit(f"it is {kind}, not {wanted}")
    if len(text) > limits.CELL_CHARACTERS:
        raise Unfit("it is longer than a cell may be")
    return text


def kind_of(form: Form, lookup: Lookup, subject: Meant | None = None) -> Kind:
    """Return what an expression gives; Unfit if it cannot be written."""
    return _Expressions(lookup, subject).write(form)[1]


class _Expressions:
    __slots__ = ("lookup", "subject")

    def __init__(self, lookup: Lookup, subject: Meant | None) -> None:
        self.lookup = lookup
        self.subject = subject

    def write(self, form: Form) -> Written:
        match form:
            case Path() | Subject():
                written = self._name(form)
            case Given():
                written = self._given(form)
            case Joined():
                written = self._joined(form)
            case Inverted():
                written = self._inverted(form)
            case Either():
                written = self._either(form)
            case Applied():
                written = self._applied(form)
            case _:
                raise Unfit("the language has no such expression")
        return written

    def _name(self, form: Path | Subject) -> Written:
        meant = self.lookup(form.name) if isinstance(form, Path) else self.subject
        if meant is None:
            raise Unfit("it tests a column that is not there")
        return meant.name, meant.kind, _ATOM

    def _given(self, form: Given) -> Written:
        value = form.value
        if value is None:
            raise Unfit("nothing (null) cannot be reckoned with")
        kind = _KINDS[type(value)]
        if isinstance(value, Decimal):
            kind = Kind.WHOLE if value == int(value) else Kind.NUMBER
            return number(value), kind, _MINUS if value < 0 else _ATOM
        return literal(value, kind), kind, _ATOM

    def _joined(self, form: Joined) -> Written:
        if form.sign in COMPARISONS:
            return self._comparison(form)
        if form.sign in ("and", "or"):
            return self._logic(form)
        if form.sign == "in":
            return self._membership(form)
        if form.sign == "**":
            return self._power(form)
        return self._arithmetic(form)

    def _logic(self, form: Joined) -> Written:
        level = _LEVELS[form.sign]
        sides = [self._side(side, Kind.YES_NO, level) for side in split_by(form)]
        return f" {form.sign} ".join(sides), Kind.YES_NO, level

    def _side(self, form: Form, wanted: Kind, level: int) -> str:
        text, kind, found = self.write(form)
        if not _fits(form, kind, wanted):
            raise Unfit(f"{text} is {kind}, not {wanted}")
        return text if found >= level else f"({text})"

    def _comparison(self, form: Joined) -> Written:
        left, right = self.write(form.left), self.write(form.right)
        fit = _fits(form.left, left[1], right[1]) or _fits(
            form.right, right[1], left[1]
        )
        if not fit and not one_family(left[1], right[1]):
            raise Unfit(f"{left[1]} and {right[1]} are not compared")
        if form.sign not in ("=", "!=") and left[1] not in ORDERED:
            raise Unfit(f"{left[1]} has no larger and smaller")
        sides = [t if level > _COMPARE else f"({t})" for t, _, level in (left, right)]
        order = "==" if form.sign == "=" else form.sign
        return f"{sides[0]} {order} {sides[1]}", Kind.YES_NO, _COMPARE

    def _membership(self, form: Joined) -> Written:
        """Write `x in [a, b]` and `x in [1..5]` as comparisons."""
        if isinstance(form.right, Span):
            low = Joined(">=" if form.right.low_in else ">", form.left, form.right.low)
            high = Joined(
                "<=" if form.right.high_in else "<", form.left, form.right.high
            )
            return self.write(Joined("and", low, high))
        if isinstance(form.right, Path | Subject):
            return self._in_list(form)
        if not isinstance(form.right, Items) or not form.right.items:
            raise Unfit("it looks into a list that is not written out")
        whole: Form | None = None
        for item in form.right.items:
            one = Joined("in" if isinstance(item, Span) else "=", form.left, item)
            whole = one if whole is None else Joined("or", whole, one)
        return self.write(whole) if whole else ("no", Kind.YES_NO, _ATOM)

    def _in_list(self, form: Joined) -> Written:
        left, right = self.write(form.left), self.write(form.right)
        if right[1] is not Kind.TEXTS or left[1] not in (Kind.TEXT, Kind.ONE_OF):
            raise Unfit(f"{right[0]} is {right[1]}, no list of such values")
        return f"{left[0]} in {right[0]}", Kind.YES_NO, _COMPARE

    def _arithmetic(self, form: Joined) -> Written:
        level = _LEVELS[form.sign]
        dated = self._dated(form)
        if dated:
            return dated
        left, right = self.write(form.left), self.write(form.right)
        kind = _reckoned(form, left, right)
        if form.sign == "/" and not _never_zero(form.right):
            raise Unfit(f"{right[0]} could be 0, and nothing is divided by that")
        above = level + (form.sign in "-/")
        first = left[0] if left[2] >= level else f"({left[0]})"
        bound = right[2] >= above and right[2] != _MINUS
        second = right[0] if bound else f"({right[0]})"
        return f"{first} {form.sign} {second}", kind, level

    def _dated(self, form: Joined) -> Written | None:
        """Write what FEEL says with durations of a day or a month."""
        days = form.left
        if form.sign == "/" and form.right == _DAY and _is_sign(days, "-"):
            later, earlier = (self._side(one, Kind.DATE, 6) for one in parts(days))
            return f"days({later} - {earlier})", Kind.WHOLE, _ATOM
        moved = form.right
        if form.sign not in "+-" or not _is_sign(moved, "*"):
            return None
        times, unit = parts(moved)
        if unit not in (_DAY, _MONTH):
            return None
        start = self._side(form.left, Kind.DATE, 5)
        count = self._side(times, Kind.WHOLE, 6)
        if unit == _DAY:
            return f"{start} {form.sign} {count}", Kind.DATE, _LEVELS["+"]
        minus = "-" if form.sign == "-" else ""
        return f"add_months({start}, {minus}{count})", Kind.DATE, _ATOM

    def _power(self, form: Joined) -> Written:
        """Write a small whole power as a product."""
        power = constant(form.right)
        if power is None or power != int(power) or not 1 <= power <= _HIGHEST_POWER:
            raise Unfit("powers are not in the language")
        whole = form.left
        for _ in range(int(power) - 1):
            whole = Joined("*", whole, form.left)
        return self.write(whole)

    def _inverted(self, form: Inverted) -> Written:
        if form.sign == "-":
            return f"-{self._side(form.inner, Kind.NUMBER, _ATOM)}", Kind.NUMBER, _MINUS
        return f"not {self._side(form.inner, Kind.YES_NO, _ATOM)}", Kind.YES_NO, _NOT

    def _either(self, form: Either) -> Written:
        test = self._side(form.test, Kind.YES_NO, 1)
        yes, no = self.write(form.yes), self.write(form.no)
        kind = yes[1]
        if Kind.MONEY in (yes[1], no[1]):
            kind = Kind.MONEY
        fit = _fits(form.yes, yes[1], kind) and _fits(form.no, no[1], kind)
        if not fit and not one_family(yes[1], no[1]):
            raise Unfit(f"it is {yes[1]} or {no[1]}, as the case may be")
        sides = [text if level > 0 else f"({text})" for text, _, level in (yes, no)]
        return f"{test} ? {sides[0]} : {sides[1]}", kind, _CHOICE

    def _applied(self, form: Applied) -> Written:
        given = form.arguments
        if len(given) == 1 and isinstance(given[0], Items):
            given = given[0].items
        if form.name in ("min", "max") and len(given) > 1:
            kinds = [self.write(one)[1] for one in given]
            kind = next((k for k in kinds if k not in NUMERIC), Kind.NUMBER)
            kind = Kind.WHOLE if set(kinds) == {Kind.WHOLE} else kind
            inside = ", ".join(self._side(one, kind, 0) for one in given)
            return f"{form.name}({inside})", kind, _ATOM
        if form.name in ROUNDINGS and len(given) == 2:
            return self._rounded(form)
        if form.name == "duration":
            return told_duration(seconds(form)), Kind.DURATION, _ATOM
        if form.name == "not" and len(given) == 1:
            return self.write(Inverted("not", given[0]))
        if form.name == "number" and len(given) == 1:
            return self._side(given[0], Kind.NUMBER, _ATOM), Kind.NUMBER, _ATOM
        if form.name == "sum" and given and isinstance(form.arguments[0], Items):
            inside = " + ".join(self._side(one, Kind.NUMBER, 6) for one in given)
            return inside, Kind.NUMBER, _LEVELS["+"]
        raise Unfit(f"the function {form.name} is not in the language")

    def _rounded(self, form: Applied) -> Written:
        """Money is rounded once, at the end, as the head of the page says."""
        text, kind, level = self.write(form.arguments[0])
        if kind is not Kind.MONEY:
            raise Unfit(f"{text} is {kind}; only money is rounded")
        return text, kind, level


_DAY = Applied("duration", (Given("P1D"),))
_MONTH = Applied("duration", (Given("P1M"),))


def _is_sign(form: Form, sign: str) -> bool:
    return isinstance(form, Joined) and form.sign == sign


def _fits(form: Form, kind: Kind, wanted: Kind) -> bool:
    """Tell whether this kind will do: beside money a written number is an amount."""
    if kind is wanted or {kind, wanted} <= NUMERIC:
        return True
    if wanted is not Kind.MONEY or kind not in NUMERIC:
        return False
    if isinstance(form, Either):
        return all(_fits(one, kind, wanted) for one in (form.yes, form.no))
    return isinstance(form, Given)


def _reckoned(form: Joined, left: Written, right: Written) -> Kind:
    """Return the kind of a sum, product or quotient."""
    kinds = {left[1], right[1]}
    if kinds <= NUMERIC:
        stays = form.sign != "/" and kinds == {Kind.WHOLE}
        return Kind.WHOLE if stays else Kind.NUMBER
    if not kinds <= {*NUMERIC, Kind.MONEY}:
        wrong = next(one for one in (left, right) if one[1] not in NUMERIC)
        raise Unfit(f"{wrong[0]} is {wrong[1]}; only numbers are reckoned with")
    both = kinds == {Kind.MONEY}
    if form.sign in "+-":
        fit = _fits(form.left, left[1], Kind.MONEY)
        if not (fit and _fits(form.right, right[1], Kind.MONEY)):
            raise Unfit("money and a number are not added")
        return Kind.MONEY
    if both and form.sign == "*":
        raise Unfit("money times money has no meaning")
    if form.sign == "/" and right[1] is Kind.MONEY:
        return _only(both, "a number divided by money has no meaning")
    return Kind.MONEY


def _only(fits: bool, why: str) -> Kind:  # noqa: FBT001  # reads as "only if it fits"
    if not fits:
        raise Unfit(why)
    return Kind.NUMBER


_KINDS = {bool: Kind.YES_NO, Decimal: Kind.NUMBER, str: Kind.TEXT, date: Kind.DATE}


def split_by(form: Joined) -> list[Form]:
    """Return the sides of one chain of `and`, or of `or`."""
    sides: list[Form] = []
    for side in (form.left, form.right):
        if isinstance(side, Joined) and side.sign == form.sign:
            sides += split_by(side)
        else:
            sides.append(side)
    return sides


def _never_zero(form: Form) -> bool:
    return bool(constant(form))


def constant(form: Form) -> Decimal | None:
    """Return the number that a form always gives, None if it names anything."""
    if isinstance(form, Given):
        return form.value if isinstance(form.value, Decimal) else None
    if isinstance(form, Inverted) and form.sign == "-":
        inner = constant(form.inner)
        return None if inner is None else -inner
    if not isinstance(form, Joined) or form.sign not in ("+", "-", "*"):
        return None
    left, right = constant(form.left), constant(form.right)
    if left is None or right is None:
        return None
    return {"+": left + right, "-": left - right, "*": left * right}[form.sign]
