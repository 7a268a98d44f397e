"""One pass through the tables with three-valued logic: decided, stuck or pending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evenhand.policy.closures import ABSENT, Absent, Check, node_value
from evenhand.policy.errors import Overlap
from evenhand.policy.kinds import exact, plain
from evenhand.policy.nodes import Choice, Expression, Logic, Name, Node, children
from evenhand.policy.program import Deck, Program, Rule
from evenhand.policy.tree import Hit

Sheet = dict[str, Any]
Watch = Callable[[Deck, Sheet, tuple[Rule, ...]], None]


class Evaluation:
    """What a pass found.

    `picks` are the rules taken, table by table. `stuck` is the first row that may
    match for want of a fact; the tables after it were not read. `waiting` are the
    results without a value, `pending` the unknown facts that they wait for.
    """

    __slots__ = ("outcome", "pending", "picks", "sheet", "stuck", "waiting")

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.picks: list[tuple[Deck, tuple[Rule, ...]]] = []
        self.outcome: dict[str, Any] = {}
        self.pending: list[str] = []
        self.waiting: list[tuple[str, Node]] = []
        self.stuck: tuple[Deck, Rule] | None = None

    @property
    def decided(self) -> bool:
        """Whether nothing unknown is left that could change the outcome."""
        return self.stuck is None and not self.pending

    @property
    def rule(self) -> Rule | None:
        """The deciding row: the first one taken in the first table."""
        taken = self.picks[0][1] if self.picks else ()
        return taken[0] if taken else None


def read_sheet(program: Program, facts: Mapping[str, object]) -> Sheet:
    """Lay out every name with its value; FactError for a value that cannot be.

    A fact that is missing or None is unknown. What the page does not declare is not
    looked at.
    """
    sheet = dict(program.blank)
    for name, read in program.readers:
        value = facts.get(name)
        if value is not None:
            sheet[name] = read(value)
    derive(program, sheet, {})
    return sheet


def derive(program: Program, sheet: Sheet, assumed: Mapping[str, object]) -> None:
    """Compute the derived facts in their order, except those assumed."""
    for name, compute, _ in program.derived:
        sheet[name] = assumed[name] if name in assumed else compute(sheet)


def status(checks: tuple[Check, ...], sheet: Sheet) -> bool | None:
    """Tell whether all checks hold: False if one fails, else None if one is unknown."""
    result: bool | None = True
    for check in checks:
        held = check(sheet)
        if held is None:
            result = None
        elif not held:
            return False
    return result


def evaluate(program: Program, sheet: Sheet, watch: Watch | None = None) -> Evaluation:
    """Read the tables in order; outcomes become names for later tables.

    `sheet` is filled with outcomes on the way. Raises Overlap where rows collide.
    """
    found = Evaluation(sheet)
    for deck in program.decks:
        taken = _first(deck, found) if deck.is_first else _all(deck, found)
        if watch:
            watch(deck, sheet, taken)
        if found.stuck:
            break
        found.picks.append((deck, taken))
        _give(deck, taken, found)
    return found


def _first(deck: Deck, found: Evaluation) -> tuple[Rule, ...]:
    sheet = found.sheet
    for rule in deck.rules:
        for check in rule.checks:
            held = check(sheet)
            if held is None:
                if status(rule.checks, sheet) is None:
                    found.stuck = (deck, rule)
                    return ()
                break
            if not held:
                break
        else:
            return (rule,)
    return ()


def _all(deck: Deck, found: Evaluation) -> tuple[Rule, ...]:
    taken = []
    for rule in deck.rules:
        matches = status(rule.checks, found.sheet)
        if matches is None:
            found.stuck = (deck, rule)
            return ()
        if matches:
            taken.append(rule)
    if len(taken) < 2:
        return tuple(taken)
    return _chosen(deck, tuple(taken), found.sheet)


def _chosen(deck: Deck, taken: tuple[Rule, ...], sheet: Sheet) -> tuple[Rule, ...]:
    match deck.table.hit:
        case Hit.UNIQUE:
            raise Overlap(deck.table.name, tuple(rule.row.id for rule in taken))
        case Hit.ANY:
            results = [_values(rule, sheet) for rule in taken]
            if any(result != results[0] for result in results):
                raise Overlap(deck.table.name, tuple(rule.row.id for rule in taken))
            return taken[:1]
        case Hit.PRIORITY:
            return (min(taken, key=lambda rule: _rank(deck, rule, sheet)),)
        case Hit.OUTPUT_ORDER:
            return tuple(sorted(taken, key=lambda rule: _rank(deck, rule, sheet)))
        case _:
            return taken


def _values(rule: Rule, sheet: Sheet) -> dict[str, Any]:
    return {name: compute(sheet) for name, compute, _ in rule.results}


def _rank(deck: Deck, rule: Rule, sheet: Sheet) -> tuple[int, ...]:
    """A row that leaves a ranked column empty comes after those that do not."""
    values = _values(rule, sheet)
    return tuple(
        ranks.get(values.get(column, ""), len(ranks)) for column, ranks in deck.ranks
    )


def _give(deck: Deck, taken: tuple[Rule, ...], found: Evaluation) -> None:
    if deck.is_single:
        for rule in taken:
            _give_single(rule, found)
    elif deck.is_listed:
        found.outcome[deck.table.name] = [_listed(rule, found) for rule in taken]
    else:
        _give_total(deck, taken, found)


def _give_single(rule: Rule, found: Evaluation) -> None:
    for name, value in _results(rule, found).items():
        if value is not ABSENT:
            found.outcome[name] = value
            found.sheet[name] = value


def _listed(rule: Rule, found: Evaluation) -> dict[str, Any]:
    results = _results(rule, found)
    given = {name: value for name, value in results.items() if value is not ABSENT}
    return {"id": rule.row.id, **given}


def _results(rule: Rule, found: Evaluation) -> dict[str, Any]:
    """Compute a row's results; None waits for a fact, ABSENT for nothing at all."""
    values = {}
    for name, compute, expression in rule.results:
        value = compute(found.sheet)
        if value is None:
            value = _unknown_or_absent(name, expression, found)
        values[name] = value
    return values


def _unknown_or_absent(name: str, expression: Expression, found: Evaluation) -> Any:
    """Tell a result that waits for facts (None) from one that has none (ABSENT)."""
    unknown = blockers(expression.root, found.sheet)
    if not unknown:
        return ABSENT
    found.waiting.append((name, expression.root))
    found.pending += [one for one in unknown if one not in found.pending]
    return None


def blockers(node: Node, sheet: Mapping[str, Any]) -> list[str]:
    """Return the unknown facts that keep an expression from having a value.

    Of a choice only the part that is known to count; first its test.
    """
    if isinstance(node, Name):
        return [node.name] if sheet[node.name] is None else []
    below = children(node)
    if isinstance(node, Choice):
        held = node_value(node.test, sheet)
        below = (node.test,) if held is None else (node.yes if held else node.no,)
    if isinstance(node, Logic) and node_value(node, sheet) is not None:
        below = ()
    return [name for child in below for name in blockers(child, sheet)]


def _give_total(deck: Deck, taken: tuple[Rule, ...], found: Evaluation) -> None:
    name, hit = deck.table.name, deck.table.hit
    if hit is Hit.COUNT:
        found.outcome[name] = found.sheet[name] = len(taken)
        return
    values = [next(iter(_results(rule, found).values()), ABSENT) for rule in taken]
    if None in values:
        found.sheet[name] = None
        return
    amounts = [exact(value) for value in values if not isinstance(value, Absent)]
    if amounts or hit is Hit.SUM:
        found.outcome[name] = found.sheet[name] = plain(_TOTALS[hit](amounts))


_TOTALS: dict[Hit, Callable[[list[Any]], Any]] = {
    Hit.SUM: sum,
    Hit.MIN: min,
    Hit.MAX: max,
}
