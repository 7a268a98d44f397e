"""One pass through the tables with three-valued logic: decided, stuck or pending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from evenhand.policy.blockers import blockers
from evenhand.policy.board import Board
from evenhand.policy.compiled.checks import Check
from evenhand.policy.errors import Overlap
from evenhand.policy.kinds import exact, given_out
from evenhand.policy.nodes import Expression, Node
from evenhand.policy.program import Deck, Page, Program, Rule
from evenhand.policy.sheet import ABSENT, Absent, Sheet
from evenhand.policy.tree import Hit, Policy

Watch = Callable[[Deck, Sheet, tuple[Rule, ...]], None]


class Evaluation:
    """What a pass found.

    `picks` are the rules taken, table by table. `stuck` is the first row that may
    match for want of a fact; the tables after it were not read. `waiting` are the
    results without a value, `pending` the unknown facts that they wait for. `known`
    is the sheet to tell of: the same, but for facts that were only assumed.
    """

    __slots__ = (
        "known",
        "outcome",
        "pending",
        "picks",
        "program",
        "sheet",
        "stuck",
        "waiting",
    )

    def __init__(self, program: Program, sheet: Sheet) -> None:
        self.program = program
        self.sheet = sheet
        self.known = sheet
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


def sheet_of(program: Program, facts: tuple[Any, ...]) -> Sheet:
    """Lay out a sheet from facts that were read before, in the order of the page."""
    sheet = dict(program.blank)
    for (name, _), value in zip(program.readers, facts, strict=True):
        sheet[name] = value
    derive(program, sheet, {})
    return sheet


def derive(program: Program, sheet: Sheet, assumed: Mapping[str, object]) -> None:
    """Compute the derived facts in their order, except those assumed."""
    for derived, compute in program.derived:
        name = derived.name
        sheet[name] = assumed[name] if name in assumed else compute(sheet)


def board_of(page: Page) -> Board:
    """Return the page's tables as bits; they are laid out when first asked for."""
    ways = page.ways
    if ways.board is None:
        ways.board = Board(page.program, frozenset(_read_elsewhere(page.policy)))
    board: Board = ways.board
    return board


def _read_elsewhere(policy: Policy) -> Iterator[str]:
    """Give each name that is read by more than cells of its own."""
    for derived in policy.derived:
        yield from derived.expression.names
    for table in policy.tables:
        for row in table.rows:
            for _, expression in row.results:
                yield from expression.names
            cells = [*row.conditions, *(c for group in row.unless for c in group)]
            for cell in cells:
                yield from cell.names if len(cell.names) > 1 else ()
            yield from (c.fact.name for group in row.unless for c in group)


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


def evaluate(
    program: Program,
    sheet: Sheet,
    watch: Watch | None = None,
    board: Board | None = None,
) -> Evaluation:
    """Read the tables in order; outcomes become names for later tables.

    `sheet` is filled with outcomes on the way. With a `board`, rows are found by it.
    Raises Overlap where rows collide.
    """
    return _read_on(Evaluation(program, sheet), program.decks, watch, board)


def resume(before: Evaluation, sheet: Sheet, board: Board) -> Evaluation | None:
    """Read on from the table at which a reading was stuck, now that more is known.

    `sheet` is that of the earlier reading with facts added that were unknown. What an
    earlier table took stays taken, for what is true or false stays so whatever else
    comes to be known; only results that waited are computed again. None where a table
    takes its rows by what they give, and that may have come to be known: then all has
    to be read again.
    """
    program = before.program
    if any(_takes_by_results(deck, taken) for deck, taken in before.picks):
        return None
    found = Evaluation(program, sheet)
    found.picks += before.picks
    if before.pending:
        for deck, taken in before.picks:
            _give(deck, taken, found)
    else:
        found.outcome |= before.outcome
    return _read_on(found, program.decks[len(before.picks) :], None, board)


def _takes_by_results(deck: Deck, taken: tuple[Rule, ...]) -> bool:
    by_results = deck.table.hit in (Hit.ANY, Hit.PRIORITY, Hit.OUTPUT_ORDER)
    return by_results and bool(taken) and not deck.is_plain


def _read_on(
    found: Evaluation, decks: Iterable[Deck], watch: Watch | None, board: Board | None
) -> Evaluation:
    sheet = found.sheet
    for deck in decks:
        rows = board.rows(deck, sheet) if board else _held(deck, sheet)
        taken = _first(deck, rows, found) if deck.is_first else _all(deck, rows, found)
        if watch:
            watch(deck, sheet, taken)
        if found.stuck:
            break
        found.picks.append((deck, taken))
        _give(deck, taken, found)
    return found


def _held(deck: Deck, sheet: Sheet) -> Iterator[tuple[Rule, bool | None]]:
    for rule in deck.rules:
        held = status(rule.checks, sheet)
        if held is not False:
            yield rule, held


def matches(rule: Rule, sheet: Sheet) -> bool | None:
    """Tell whether a row matches: all conditions hold and none of its exceptions."""
    return _despite_exceptions(rule, status(rule.checks, sheet), sheet)


def _despite_exceptions(
    rule: Rule,
    held: bool | None,  # noqa: FBT001  # three-valued, not a switch
    sheet: Sheet,
) -> bool | None:
    if held is False or not rule.unless:
        return held
    excepted = set_aside(rule, sheet)
    if excepted:
        return False
    return None if excepted is None else held


def set_aside(rule: Rule, sheet: Sheet) -> bool | None:
    """Tell whether any exception of a row holds."""
    found: bool | None = False
    for group in rule.unless:
        held = status(tuple(check for check, _, _ in group), sheet)
        if held:
            return True
        if held is None:
            found = None
    return found


Rows = Iterable[tuple[Rule, bool | None]]  # whether the conditions of each row hold


def _first(deck: Deck, rows: Rows, found: Evaluation) -> tuple[Rule, ...]:
    for rule, conditions in rows:
        held = _despite_exceptions(rule, conditions, found.sheet)
        if held:
            return (rule,)
        if held is None:
            found.stuck = (deck, rule)
            return ()
    return ()


def _all(deck: Deck, rows: Rows, found: Evaluation) -> tuple[Rule, ...]:
    taken = []
    for rule, conditions in rows:
        held = _despite_exceptions(rule, conditions, found.sheet)
        if held is None:
            found.stuck = (deck, rule)
            return ()
        if held:
            taken.append(rule)
    if len(taken) < 2:
        return tuple(taken)
    return _chosen(deck, tuple(taken), found)


def _chosen(deck: Deck, taken: tuple[Rule, ...], found: Evaluation) -> tuple[Rule, ...]:
    sheet = found.sheet
    match deck.table.hit:
        case Hit.UNIQUE:
            raise Overlap(deck.table.name, tuple(rule.row.id for rule in taken))
        case Hit.ANY:
            return _agreeing(deck, taken, found)
        case Hit.PRIORITY:
            return (min(taken, key=lambda rule: _rank(deck, rule, sheet)),)
        case Hit.OUTPUT_ORDER:
            return tuple(sorted(taken, key=lambda rule: _rank(deck, rule, sheet)))
        case _:
            return taken


def _agreeing(
    deck: Deck, taken: tuple[Rule, ...], found: Evaluation
) -> tuple[Rule, ...]:
    """Take the first of rows that give the same, as far as that is known.

    What waits for a fact may turn out the same, so the decision waits with it. A cell
    that is empty gives what a result gives that comes to nothing.
    """
    results = [_results(rule, found) for rule in taken]
    for name in dict.fromkeys(name for one in results for name in one):
        given = (one.get(name, ABSENT) for one in results)
        known = [value for value in given if value is not None]
        if any(value != known[0] for value in known):
            raise Overlap(deck.table.name, tuple(rule.row.id for rule in taken))
    return taken[:1]


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
    if rule.fixed is not None:
        found.outcome.update(rule.fixed.told)
        found.sheet.update(rule.fixed.given)
        return
    for name, value in _results(rule, found).items():
        if value is not ABSENT:
            found.outcome[name] = given_out(value)
            found.sheet[name] = value


def _listed(rule: Rule, found: Evaluation) -> dict[str, Any]:
    if rule.fixed is not None:
        return {"id": rule.row.id, **rule.fixed.told}
    results = _results(rule, found)
    given = {n: given_out(v) for n, v in results.items() if v is not ABSENT}
    return {"id": rule.row.id, **given}


def _results(rule: Rule, found: Evaluation) -> Mapping[str, Any]:
    """Compute a row's results; None waits for a fact, ABSENT for nothing at all."""
    if rule.fixed is not None:
        return rule.fixed.results
    values = {}
    for name, compute, expression in rule.results:
        value = compute(found.sheet)
        if value is None:
            value = _unknown_or_absent(name, expression, found)
        values[name] = value
    return values


def _unknown_or_absent(name: str, expression: Expression, found: Evaluation) -> Any:
    """Tell a result that waits for facts (None) from one that has none (ABSENT)."""
    unknown = blockers(found.program, expression.root, found.sheet)
    if not unknown:
        return ABSENT
    found.waiting.append((name, expression.root))
    found.pending += [one for one in unknown if one not in found.pending]
    return None


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
        found.sheet[name] = _TOTALS[hit](amounts)
        found.outcome[name] = given_out(found.sheet[name])


_TOTALS: dict[Hit, Callable[[list[Any]], Any]] = {
    Hit.SUM: sum,
    Hit.MIN: min,
    Hit.MAX: max,
}
