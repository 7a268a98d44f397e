"""Long calls laid down as columns, part by part, so that nothing is written twice."""

from __future__ import annotations

from evenhand.policy.nodes import Call, Literal, Node
from evenhand.policy.sql import expressions, values
from evenhand.policy.sql.integers import Whole
from evenhand.policy.sql.reach import names_below
from evenhand.policy.sql.sheet import Place, Sheet
from evenhand.policy.sql.values import Number


def call_ahead(sheet: Sheet, call: Call) -> None:
    """Compute a call whose parts are ready, and keep it on the sheet."""
    dates = [one for one in call.arguments if not _is_holidays(one)]
    given = [expressions.number(one, sheet) for one in dates]
    names = names_below(call)
    if call.function in ("min", "max"):
        sheet.keep_ahead(call, _extreme(sheet, call, given), names)
        return
    found = expressions.called(call, given, _Kept(sheet))
    sheet.keep_ahead(call, sheet.stage({"": found})[""], names)


def _is_holidays(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, tuple)


def _extreme(sheet: Sheet, call: Call, given: list[Number]) -> Place:
    """Compare one by one, each step a stage, so that no part is written twice."""
    places = list(sheet.stage({str(n): one for n, one in enumerate(given)}).values())
    best = places[0]
    for place in places[1:]:
        pair = [_number(best, sheet), _number(place, sheet)]
        best = sheet.stage({"": expressions.called(call, pair)})[""]
    return best


def _number(place: Place, sheet: Sheet) -> Number:
    found = place.on(sheet.table)
    if not isinstance(found, Number):
        raise TypeError(found)
    return found


class _Kept:
    """Lays numbers down as columns of the sheet (days.Keep)."""

    __slots__ = ("_sheet",)

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __call__(self, *numbers: Whole) -> tuple[Whole, ...]:
        laid = {str(n): values.Number(one) for n, one in enumerate(numbers)}
        places = self._sheet.stage(laid).values()
        return tuple(_number(place, self._sheet).above for place in places)
