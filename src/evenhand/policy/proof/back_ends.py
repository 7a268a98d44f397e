"""Deciding and replaying set against each other: Python and SQL on the same cases.

The cases are those that reach a row, as z3 finds them, the page's own examples, and
both with one fact moved by a unit or unknown. SQL runs on DuckDB, in memory.

A page is written as SQL row by row, and of many rows that takes longer than the proof.
So of a large page a part is set against itself: all tables, with rows spread evenly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import islice
from typing import Any

import ibis
import pyarrow as pa

from evenhand.policy.errors import FactError, Overlap
from evenhand.policy.evaluate import evaluate, read_sheet
from evenhand.policy.kinds import LISTS, Kind, exact
from evenhand.policy.program import Page, assemble
from evenhand.policy.proof.cases import Case
from evenhand.policy.proof.findings import Finding
from evenhand.policy.proof.findings import Kind as What
from evenhand.policy.proof.prover import Prover
from evenhand.policy.proof.terms import all_of
from evenhand.policy.proof.wording import sentence, told_case
from evenhand.policy.saying import _
from evenhand.policy.sql.answers import RULE, STATUS, STATUSES, Decided
from evenhand.policy.sql.deciding import decided
from evenhand.policy.sql.engines import duckdb_opened, viewed
from evenhand.policy.sql.refusals import Untranslatable, of_some_depth
from evenhand.policy.sql.shape import (
    columns_of,
    elements,
    laid,
    list_columns,
    lists_of,
)
from evenhand.policy.sql.values import FIRST_DAY
from evenhand.policy.tree import Fact

_ROWS_IN_SQL = 200  # rows up to which a page is written as SQL whole
_SAMPLE = 150  # rows of a larger one, about
_ROWS = 40  # rows for which a case is looked for
_MOST = 600  # cases tried
_TOLD = 3

Answer = Mapping[str, object]


def differing_back_ends(
    prover: Prover, proved: list[str], *, whole: bool = False
) -> Iterator[Finding]:
    """Give cases that SQL answers otherwise than Python; there should be none.

    `whole`: by all rows, however many.
    """
    page = prover.runner.bare
    if page.program.rows > _ROWS_IN_SQL and not whole:
        page = _part_of(page)
    cases = list(islice(_cases(prover), _MOST))
    try:
        answers = list(_in_sql(page, cases))
    except Untranslatable as refusal:
        yield _untranslatable(refusal)
        return
    told = 0
    for case, answer in zip(cases, answers, strict=True):
        expected = _in_python(page, case)
        if answer != expected:
            told += 1
            yield _finding(page, case, expected, answer)
        if told == _TOLD:
            return
    if not told:
        proved.append(_alike(len(cases), page.program.rows, prover.page.program.rows))


def _alike(cases: int, rows: int, of: int) -> str:
    if rows == of:
        return _("Python and SQL answer {count} cases alike.", count=cases)
    return _(
        "Python and SQL answer {count} cases alike, by a sample of {rows} of {of} rows.",
        count=cases,
        rows=rows,
        of=of,
    )


def _part_of(page: Page) -> Page:
    """Return the page with some of the rows of each table, the last one always."""
    every = -(-page.program.rows // _SAMPLE)
    tables = [
        replace(table, rows=table.rows[(len(table.rows) - 1) % every :: every])
        for table in page.policy.tables
    ]
    return assemble(replace(page.policy, tables=tuple(tables)))


def _untranslatable(refusal: Untranslatable) -> Finding:
    return Finding(
        kind=What.NOT_PROVED,
        what=_("The page cannot be written as SQL: {refusal}.", refusal=refusal),
        meaning=_("It decides cases, but it cannot be replayed over past ones."),
        proposal=_(
            "Write that part simpler, if you want to see what it would have done."
        ),
        line=refusal.line,
    )


def _cases(prover: Prover) -> Iterator[Case]:
    """Give cases that the page can take, each one once."""
    seen: set[str] = set()
    for case in _all_cases(prover):
        key = repr(sorted(case.items()))
        if key not in seen and _is_taken(prover.page, case):
            seen.add(key)
            yield case


def _is_taken(page: Page, case: Case) -> bool:
    """Tell whether a page takes a case, and a history can hold it to the digit."""
    try:
        _tables(page, [case])
    except (FactError, ValueError):
        return False
    return True


def _all_cases(prover: Prover) -> Iterator[Case]:
    own = [dict(one.given) for one in prover.page.policy.examples]
    found = [*own[:_ROWS], *_reaching(prover)]
    yield from found
    for case in found:
        yield from _beside(prover.page, case)


def _reaching(prover: Prover) -> Iterator[Case]:
    """Give a case for each of some rows, spread over all tables."""
    rows = [(f, row) for f in prover.reading.tables for row in f.rows]
    for form, row in rows[:: 1 + len(rows) // _ROWS]:
        case = prover.any_case(all_of((form.reached, row.taken)))
        if case is not None:
            yield case


def _beside(page: Page, case: Case) -> Iterator[Case]:
    for fact in page.policy.facts:
        value = case.get(fact.name)
        if value is not None:
            yield {name: v for name, v in case.items() if name != fact.name}
            yield from ({**case, fact.name: near} for near in _near(fact, value))


def _near(fact: Fact, value: Any) -> Iterator[object]:
    if fact.kind is Kind.YES_NO:
        yield not value
    elif isinstance(value, date):
        day = min(max(value, date(2, 1, 1)), date(9998, 12, 31))
        yield from (day + timedelta(days=step) for step in (-1, 1))
    elif isinstance(value, int) and fact.kind not in LISTS:
        yield from (value - 1, value + 1)


def _in_python(page: Page, case: Case) -> Answer:
    """Decide by one pass: the status, the row, and the outcomes of single rows."""
    try:
        found = evaluate(page.program, read_sheet(page.program, case))
    except Overlap:
        return {"status": "fault"}
    if not found.decided:
        return {"status": "needs_fact"}
    rule = found.rule.row.id if found.rule else ""
    given = {
        name: _plain(found.sheet.get(name, value))
        for name, value in found.outcome.items()
        if not isinstance(value, list)
    }
    return {"status": "hit" if rule else "no_rule", "rule": rule, **given}


def _plain(value: Any) -> object:
    if isinstance(value, date):
        return value.toordinal() - FIRST_DAY
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return exact(value) if isinstance(value, float) else value


@of_some_depth()
def _in_sql(page: Page, cases: Sequence[Case]) -> Iterator[Answer]:
    connection = duckdb_opened()
    tables = {
        name: connection.create_table(name, _laid_out(types, rows))
        for name, (types, rows) in _tables(page, cases).items()
    }
    lists = {name: tables[f"list {name}"] for name in lists_of(page.policy)}
    fence = viewed(connection)
    found = decided(page, tables["facts"], lists, keep=("~case",), fence=fence)
    rows = found.table.order_by("~case").to_pyarrow().to_pylist()
    return (_answer(found, row) for row in rows)


Columns = tuple[Mapping[str, str], list[tuple[Any, ...]]]


def _tables(page: Page, cases: Sequence[Case]) -> dict[str, Columns]:
    policy = page.policy
    rows: list[tuple[Any, ...]] = []
    listed: dict[str, list[tuple[Any, ...]]] = {name: [] for name in lists_of(policy)}
    for number, case in enumerate(cases):
        sheet = read_sheet(page.program, case)
        given = (laid(sheet[fact.name], fact.kind) for fact in policy.facts)
        rows.append((number, *given, None))
        for name, fact in lists_of(policy).items():
            parts = elements(sheet[name] or (), fact)
            listed[name] += [(number, *one) for one in parts]
    found: dict[str, Columns] = {"facts": (columns_of(policy), rows)}
    for name, fact in lists_of(policy).items():
        found[f"list {name}"] = (list_columns(fact), listed[name])
    return found


def _laid_out(types: Mapping[str, str], rows: list[tuple[Any, ...]]) -> pa.Table:
    schema = ibis.schema(types).to_pyarrow()
    cells = list(zip(*rows, strict=True)) or [()] * len(types)
    arrays = [pa.array(c, f.type) for c, f in zip(cells, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def _answer(found: Decided, row: Mapping[str, Any]) -> Answer:
    state = STATUSES[row[STATUS]]
    if state in ("fault", "needs_fact"):
        return {"status": state}
    answer: dict[str, object] = {
        "status": state,
        "rule": found.rules[row[RULE] - 1] if row[RULE] else "",
    }
    for name, value in row.items():
        if value is None or not name.startswith("outcome.") or name.endswith("/"):
            continue
        below = found.belows.get(name, 1)
        over = row[below] if isinstance(below, str) else below
        number = not isinstance(value, bool | str)
        answer[name.removeprefix("outcome.")] = (
            Fraction(int(value), int(over)) if number else value
        )
    return answer


def _finding(page: Page, case: Case, python: Answer, sql: Answer) -> Finding:
    names = dict.fromkeys((*python, *sql))
    unlike = [name for name in names if python.get(name) != sql.get(name)]
    differs = ", ".join(f"{n} {python.get(n)} against {sql.get(n)}" for n in unlike)
    told = told_case(page, case)
    return Finding(
        kind=What.BACK_ENDS_DIFFER,
        what=_(
            "Deciding and replaying disagree on this case: {case}: {differs}.",
            case=sentence(told),
            differs=differs,
        ),
        meaning=_(
            "A replay of past cases would count it wrongly. The mistake is ours."
        ),
        proposal=_("Please report it with the page and the case."),
        case=told,
        facts=case,
    )
