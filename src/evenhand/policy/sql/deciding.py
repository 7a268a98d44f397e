"""A page over a table of facts: one row a case in, its status, row and outcome out.

It is the one pass of `policy.evaluate`: a case for which a row may match for want of a
fact needs a fact, also where every answer would come to the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import ibis.expr.types as ir

from evenhand.policy.kinds import Kind
from evenhand.policy.program import Page
from evenhand.policy.sql import cells, values
from evenhand.policy.sql.ahead import prepare
from evenhand.policy.sql.answers import Decided, answered
from evenhand.policy.sql.before import Before, changed
from evenhand.policy.sql.engines import Fence, fenced
from evenhand.policy.sql.expressions import computed, literal
from evenhand.policy.sql.reach import ahead_of, conditions_of, names_below, roots
from evenhand.policy.sql.refusals import placed
from evenhand.policy.sql.shape import coded, is_raw_type, lists_of, place_of
from evenhand.policy.sql.sheet import NOTHING_KNOWN, Known, Place, Sheet
from evenhand.policy.sql.tables import Read, read_table
from evenhand.policy.sql.values import Held, absent
from evenhand.policy.tree import SINGLE, TOTALLED, Policy, Table

__all__ = ["Decided", "decided"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a page: some outcomes, and all of them without a word of it.

    `before` is another version, by which the cases were decided already.
    """

    outcomes: Collection[str] | None = None
    before: Before | None = None


EVERYTHING = Wanted()


def decided(
    page: Page,
    table: ir.Table,
    lists: Mapping[str, ir.Table] | None = None,
    *,
    codes: Mapping[str, tuple[str, ...]] | None = None,
    known: Known = NOTHING_KNOWN,
    keep: tuple[str, ...] = (),
    wanted: Wanted = EVERYTHING,
    fence: Fence = fenced,
) -> Decided:
    """Answer all cases of a table that has the columns of `shape.columns_of`.

    `lists` has a table of elements for each fact that is a list; `keep` names columns
    of the table that are handed on. A column that cannot be NULL by its type is taken
    for always known, and so are the facts that `known` names. `codes` has the words of
    facts beside whose column another, named by `shape.code_column`, holds the place of
    the word among these. `wanted` saves what nobody asks for. `fence` ends each stage
    of the query. Untranslatable tells what no SQL
    can hold exactly.
    """
    policy = page.policy
    sheet = sheet_of(policy, table, lists or {}, fence, known.names)
    sheet.each_lacks = known.each_lacks
    for name, words in (codes or {}).items():
        sheet.places[name] = coded(sheet.places[name], name, words)
    earlier = [wanted.before.policy] if wanted.before else []
    _derive(policy, sheet, later={n for one in (policy, *earlier) for n in _reads(one)})
    found = [_read(one, policy, sheet, wanted) for one in policy.tables]
    return answered(policy, sheet, found, _broken(policy, sheet), keep)


def sheet_of(
    policy: Policy,
    table: ir.Table,
    lists: Mapping[str, ir.Table],
    fence: Fence,
    known: Collection[str],
) -> Sheet:
    """Return the sheet of a page over cases: its facts and values, nothing derived."""
    schema = table.schema()
    sheet = Sheet(table, policy.head.rounding, lists, fence)
    for fact in policy.facts:
        kind = schema[fact.name]
        lacks = bool(kind.nullable) and fact.name not in known
        is_raw = is_raw_type(fact, kind)
        narrow = is_raw or not kind.is_decimal()
        place = place_of(fact, column=fact.name, is_narrow=narrow, lacks=lacks)
        sheet.places[fact.name] = replace(place, is_raw=is_raw)
    for value in policy.values:
        sheet.places.setdefault(value.name, Place(literal(value.value)))
    for name, kind in _outcome_kinds(policy).items():
        sheet.places.setdefault(name, Place(absent(kind), given=False))
    return sheet


def _outcome_kinds(policy: Policy) -> dict[str, Kind]:
    found: dict[str, Kind] = {}
    for table in policy.tables:
        if table.hit in SINGLE:
            found |= {outcome.name: outcome.kind for outcome in table.outcomes}
        elif table.hit in TOTALLED:
            kinds = [outcome.kind for outcome in table.outcomes] or [Kind.WHOLE]
            found[table.name] = kinds[0]
    return found


def _derive(policy: Policy, sheet: Sheet, *, later: set[str]) -> None:
    """Lay down the derived facts; what reads another comes in a later stage.

    `later` are the names that are read once all of them are there.
    """
    laying: dict[str, Held] = {}
    lists, done = lists_of(policy), set[str]()
    reading = [later]
    for one in policy.derived[::-1]:
        reading.append(reading[-1] | set(names_below(one.expression.root)))
    for one, still_read in zip(policy.derived, reading[:0:-1], strict=True):
        root = one.expression.root
        with placed(f"derived fact {one.name}"):
            if laying.keys() & set(names_below(root)) or ahead_of(root):
                sheet.places.update(sheet.stage(laying))
                done |= laying.keys()
                laying = {}
                sheet.drop(done - still_read)
            prepare(sheet, [one.expression], (), lists)
            laying[one.name] = computed(one.expression, sheet)
    sheet.places.update(sheet.stage(laying))


def _reads(policy: Policy) -> set[str]:
    """Return the names that tables, invariants and entitlements read."""
    rows = [row for table in policy.tables for row in table.rows]
    tested = [cell for row in rows for cell in conditions_of(row)]
    tested += [cell for one in policy.nevers for cell in one.conditions]
    tested += [cell for one in policy.always for cell in (*one.when, *one.must)]
    read = {name for cell in tested for name in cell.names}
    found = [expression.root for row in rows for expression in roots(row)]
    return read | {name for root in found for name in names_below(root)}


def _unread(policy: Policy, wanted: Collection[str] | None) -> set[str]:
    """Return the outcomes that neither the page reads nor anybody asks for."""
    if wanted is None:
        return set()
    rows = [row for table in policy.tables for row in table.rows]
    given = {name for row in rows for name, _ in row.results}
    return given - _reads(policy) - set(wanted)


def _read(
    table: Table,
    policy: Policy,
    sheet: Sheet,
    wanted: Wanted,
) -> Read:
    cells_read = [cell for row in table.rows for cell in conditions_of(row)]
    found = [expression for row in table.rows for expression in roots(row)]
    with placed(f"table {table.name}"):
        prepare(sheet, found, cells_read, lists_of(policy))
        unread, other = _unread(policy, wanted.outcomes), None
        if wanted.before and table is policy.tables[0]:
            other = changed(wanted.before, policy, sheet)
        return read_table(table, sheet, unread=unread, changed=other)


def _broken(policy: Policy, sheet: Sheet) -> list[tuple[str, Place]]:
    """Lay down which invariants a decision would break, and which entitlements."""
    tested = [cell for one in policy.nevers for cell in one.conditions]
    tested += [cell for one in policy.always for cell in (*one.when, *one.must)]
    prepare(sheet, (), tested, lists_of(policy))
    laying: dict[str, Held] = {}
    for never in policy.nevers:
        held = cells.all_hold(never.conditions, sheet)
        laying[f"never {never.id}"] = values.is_true(held)
    for one in policy.always:
        due = values.is_true(cells.all_hold(one.when, sheet))
        granted = values.is_true(cells.all_hold(one.must, sheet))
        laying[f"always {one.id}"] = values.all_of([due, values.negated(granted)])
    return list(sheet.stage(laying).items())
