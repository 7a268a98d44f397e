"""Facts at random for a page, decided in Python and in SQL, and what differs.

Values are drawn from what the page writes (and one beside it), from the ends of
domains, from the examples of the page, and unknown.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from evenhand.policy import limits
from evenhand.policy.errors import Overlap
from evenhand.policy.evaluate import evaluate, read_sheet, status
from evenhand.policy.kinds import ELEMENTS, LISTS, ORDERED, Kind, exact
from evenhand.policy.nodes import Condition, Literal, Node, children, operands
from evenhand.policy.program import Page
from evenhand.policy.sql.answers import RULE, STATUS, STATUSES, Decided
from evenhand.policy.sql.counting import decided_of
from evenhand.policy.sql.deciding import EVERYTHING, decided
from evenhand.policy.sql.engines import Fence, duckdb_opened, fenced, laid_down
from evenhand.policy.sql.files import Facts as OpenFacts
from evenhand.policy.sql.halves import asked, lay_apart, parts_of
from evenhand.policy.sql.shape import (
    NUMBER_DIGITS,
    code_column,
    column_type,
    columns_of,
    elements,
    laid,
    list_columns,
    lists_of,
)
from evenhand.policy.sql.values import FIRST_DAY
from evenhand.policy.tree import Fact

Facts = dict[str, Any]
Answer = dict[str, Any]
UNKNOWN = 0.12


class Drawing:
    """Draws facts for one page."""

    def __init__(self, page: Page, seed: int) -> None:
        self.page = page
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.marks = _marks(page)
        self.examples = [dict(one.given) for one in page.policy.examples]

    def cases(self, count: int) -> Iterator[Facts]:
        """Give facts: an example with some of them changed, or all at random."""
        facts = self.page.policy.facts
        for _ in range(count):
            found: Facts = {}
            changed: Iterable[Fact] = facts
            if self.examples and self.random.random() < 0.6:
                found = dict(self.random.choice(self.examples))
                few = self.random.randint(0, min(4, len(facts)))
                changed = self.random.sample(facts, few)
            for fact in changed:
                found[fact.name] = self._value(fact)
            yield {name: value for name, value in found.items() if value is not None}

    def _value(self, fact: Fact) -> Any:
        if self.random.random() < UNKNOWN:
            return None
        if fact.kind is Kind.LINES:
            return tuple(
                tuple(self._value(field) for field in fact.fields)
                for _ in range(self._size(fact))
            )
        if fact.kind in LISTS:
            one = Fact(fact.name, ELEMENTS[fact.kind], fact.domain)
            return tuple(self._known(one) for _ in range(self._size(fact)))
        return self._known(fact)

    def _size(self, fact: Fact) -> int:
        size = self.random.choice((0, 1, 1, 2, 3, 5))
        if fact.kind is not Kind.LINES:  # the domain of another list is its elements'
            return size
        return int(_within(size, fact.domain.low, fact.domain.high, Kind.WHOLE))

    def _known(self, fact: Fact) -> Any:
        if fact.kind is Kind.YES_NO:
            return self.random.random() < 0.5
        if fact.kind in ORDERED:
            return self._ordered(fact)
        words = fact.domain.words or (*self.marks.get(Kind.TEXT, ()), "other", "日本")
        return self.random.choice(words)

    def _ordered(self, fact: Fact) -> Any:
        marks = self.marks.get(fact.kind, [])
        low, high = fact.domain.low, fact.domain.high
        ends = [end for end in (low, high) if end is not None]
        known = [*marks, *ends] if self.random.random() < 0.75 else []
        value = self.random.choice(known) if known else self._any(fact)
        if self.random.random() < 0.5:
            value = self._beside(value, fact.kind)
        return _within(value, low, high, fact.kind)

    def _any(self, fact: Fact) -> Any:
        if fact.kind is Kind.DATE:
            return date(2026, 1, 1) + timedelta(self.random.randint(-900, 900))
        if fact.kind is Kind.NUMBER:
            return self.random.randint(-2_000_000, 40_000_000) / 10**6
        size = self.random.choice((10, 400, 20_000, 10**7, 10**12))
        least = -size if fact.domain.low is None else 0
        return self.random.randint(least, size)

    def _beside(self, value: Any, kind: Kind) -> Any:
        if kind is Kind.DATE:
            step = timedelta(self.random.choice((-400, -31, -7, -1, 1, 7, 30, 365)))
            late, early = date.max - timedelta(400), date.min + timedelta(400)
            return value + step if early < value < late else value
        if kind is Kind.NUMBER and self.random.random() < 0.5:
            part = self.random.choice((Fraction(1, 10**6), Fraction(-1, 8)))
            return float(exact(value) + part)
        return value + self.random.choice((-1, 1))


def _within(value: Any, low: Any, high: Any, kind: Kind) -> Any:
    if kind is not Kind.DATE:
        low = -limits.LARGEST if low is None else low
        high = limits.LARGEST if high is None else high
    if kind is Kind.NUMBER:
        value = round(value, NUMBER_DIGITS)
    value = low if low is not None and value < low else value
    return high if high is not None and value > high else value


def _marks(page: Page) -> dict[Kind, list[Any]]:
    """Gather the values that the page writes, by the kinds that may be compared."""
    found: set[Any] = {constant.value for constant in page.policy.values}
    for node in _nodes(page):
        if isinstance(node, Literal):
            found.add(node.value)
    flat: set[Any] = set()
    for one in found:
        flat.update(one if isinstance(one, tuple) else (one,))
    numbers = [
        v
        for v in flat
        if isinstance(v, int | float) and v is not True and v is not False
    ]
    whole = sorted(v for v in numbers if isinstance(v, int))
    return {
        Kind.DATE: sorted(v for v in flat if isinstance(v, date)),
        Kind.TEXT: sorted(v for v in flat if isinstance(v, str)),
        Kind.NUMBER: sorted(numbers),
        **dict.fromkeys((Kind.WHOLE, Kind.MONEY, Kind.DURATION), whole),
    }


def _nodes(page: Page) -> Iterator[Node]:
    policy = page.policy
    conditions: list[Condition] = []
    roots: list[Node] = [one.expression.root for one in policy.derived]
    for table in policy.tables:
        for row in table.rows:
            conditions += [*row.conditions, *(c for group in row.unless for c in group)]
            roots += [expression.root for _, expression in row.results]
    for cell in conditions:
        roots += [o for test in cell.tests for o in operands(test)]
    while roots:
        node = roots.pop()
        yield node
        roots += children(node)


def in_python(page: Page, facts: Facts) -> Answer:
    """Decide by the one pass: the status, the row, and every outcome."""
    program = page.program
    try:
        found = evaluate(program, read_sheet(program, facts))
    except Overlap:
        return {"status": "fault"}
    if not found.decided:
        return {"status": "needs_fact"}
    sheet = found.sheet
    if _is_broken(page, sheet):
        return {"status": "fault"}
    rule = found.rule.row.id if found.rule else ""
    answer: Answer = {"status": "hit" if rule else "no_rule", "rule": rule}
    for name, value in found.outcome.items():
        if isinstance(value, list):
            answer |= _of_list(name, value)
        else:
            answer[f"outcome.{name}"] = _plain(sheet.get(name, value))
    return answer


def _is_broken(page: Page, sheet: dict[str, Any]) -> bool:
    program = page.program
    return any(status(checks, sheet) for _, checks in program.nevers) or any(
        status(when, sheet) and not status(must, sheet)
        for _, when, must in program.always
    )


def _of_list(name: str, rows: list[dict[str, Any]]) -> Answer:
    answer: Answer = {}
    for row in rows:
        answer[f"listed.{name}.{row['id']}"] = True
        for column, given in row.items():
            if column != "id":
                answer[f"listed.{name}.{row['id']}.{column}"] = _plain(given)
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.toordinal() - FIRST_DAY
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return exact(value) if isinstance(value, float) else value


def in_sql(found: Decided) -> list[Answer]:
    """Run the query; return the answers in the order of the cases."""
    return list(_by_case(found).values())


def _by_case(found: Decided) -> dict[int, Answer]:
    """Run the query; return case -> answer, in the order of the cases."""
    table = found.table.order_by("~case").to_pyarrow().to_pylist()
    return {row["~case"]: _answer(found, row) for row in table}


def _answer(found: Decided, row: Mapping[str, Any]) -> Answer:
    state = STATUSES[row[STATUS]]
    if state in ("fault", "needs_fact"):
        return {"status": state}
    rule = found.rules[row[RULE] - 1] if row[RULE] else ""
    answer: Answer = {"status": state, "rule": rule}
    for name, value in row.items():
        is_answer = name.startswith(("outcome.", "listed.")) and not name.endswith("/")
        if not is_answer or value is None:
            continue
        below = found.belows.get(name, 1)
        over = row[below] if isinstance(below, str) else below
        is_number = not isinstance(value, bool | str)
        answer[name] = Fraction(int(value), int(over)) if is_number else value
    return {
        n: v
        for n, v in answer.items()
        if not (n.startswith("listed.") and v is False and n.count(".") == 2)
    }


def columns(
    page: Page, cases: list[Facts]
) -> dict[str, tuple[dict[str, str], list[tuple[Any, ...]]]]:
    """Return the tables of these cases: name -> (columns with types, rows)."""
    policy = page.policy
    rows: list[tuple[Any, ...]] = []
    listed: dict[str, list[tuple[Any, ...]]] = {name: [] for name in lists_of(policy)}
    for number, facts in enumerate(cases):
        sheet = read_sheet(page.program, facts)
        given = [laid(sheet[fact.name], fact.kind) for fact in policy.facts]
        rows.append((number, *given, None))
        for name, fact in lists_of(policy).items():
            values = sheet[name] or ()
            listed[name] += [(number, *one) for one in elements(values, fact)]
    found = {"facts": (columns_of(policy), rows)}
    for name, fact in lists_of(policy).items():
        found[f"list {name}"] = (list_columns(fact), listed[name])
    return found


Tables = Mapping[str, ir.Table]


def decided_on(page: Page, tables: Tables, fence: Fence = fenced) -> Decided:
    """Decide the cases of tables that an engine holds."""
    lists = _lists(tables)
    return decided(page, tables["facts"], lists, keep=("~case",), fence=fence)


def _lists(tables: Tables) -> dict[str, ir.Table]:
    return {
        name.removeprefix("list "): table
        for name, table in tables.items()
        if name != "facts"
    }


def on_duckdb(page: Page, cases: list[Facts]) -> list[Answer]:
    """Decide cases on DuckDB, as a replay does: those that lack a fact once more."""
    facts = opened(page, cases, asked(page.policy))
    found: dict[int, Answer] = {}
    for part in parts_of(facts):  # the last has those that the first had wrong
        found |= _by_case(decided_of(page, facts, part, ("~case",), EVERYTHING))
    return [found[number] for number in range(len(cases))]


def opened(page: Page, cases: list[Facts], apart: Collection[str] = ()) -> OpenFacts:
    """Open cases in DuckDB as a file of them is: words by their codes.

    Those that lack a fact of `apart` are laid apart.
    """
    connection = duckdb_opened()
    tables = {}
    for name, (types, rows) in columns(page, cases).items():
        schema = ibis.schema(types).to_pyarrow()
        cells = list(zip(*rows, strict=True)) or [()] * len(types)
        arrays = [pa.array(c, f.type) for c, f in zip(cells, schema, strict=True)]
        tables[name] = connection.create_table(name, pa.table(arrays, schema=schema))
    codes = {
        fact.name: fact.domain.words
        for fact in page.policy.facts
        if fact.domain.words and column_type(fact.kind) == "string"
    }
    coded = tables["facts"].mutate(
        **{code_column(n): _code(tables, n, w) for n, w in codes.items()}
    )
    facts = OpenFacts(coded, _lists(tables), (), connection, codes)
    if apart:
        lay_apart(facts, apart)
    return facts


def _code(tables: Tables, name: str, words: tuple[str, ...]) -> ir.Value:
    column = tables["facts"][name]
    return ibis.cases(
        *((column == word, number) for number, word in enumerate(words)),
        else_=ibis.null(),
    )


_SQLITE = {
    "boolean": "BOOLEAN",
    "int64": "BIGINT",
    "int32": "INTEGER",
    "string": "TEXT",
}


def on_sqlite(page: Page, cases: list[Facts], path: str) -> list[Answer]:
    """Decide cases on SQLite, in a file that may be thrown away."""
    with sqlite3.connect(path) as filling:
        for name, (types, rows) in columns(page, cases).items():
            _fill(filling, name, types, rows)
    connection = ibis.sqlite.connect(path)
    names = columns(page, [])
    tables = {name: connection.table(name) for name in names}
    return in_sql(decided_on(page, tables, laid_down(connection)))


def _fill(
    filling: sqlite3.Connection, name: str, types: Mapping[str, str], rows: list[Any]
) -> None:
    heads = ", ".join(f'"{column}" {_SQLITE[kind]}' for column, kind in types.items())
    filling.execute(f'DROP TABLE IF EXISTS "{name}"')
    filling.execute(f'CREATE TABLE "{name}" ({heads})')
    holes = ", ".join("?" * len(types))
    filling.executemany(f'INSERT INTO "{name}" VALUES ({holes})', rows)  # noqa: S608 - our own names


_POSTGRES = {"int64": "bigint", "int32": "integer", "string": "text"}


def on_postgres(page: Page, cases: list[Facts], url: str) -> list[Answer]:
    """Decide cases on PostgreSQL, in a schema that nobody else has and that goes again."""
    connection = ibis.connect(url)
    own = f"cases_{uuid4().hex}"
    try:
        with connection.con.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {own}; SET search_path TO {own}")
            for name, (types, rows) in columns(page, cases).items():
                heads = ", ".join(
                    f'"{c}" {_POSTGRES.get(kind, kind)}' for c, kind in types.items()
                )
                cursor.execute(f'CREATE TABLE "{name}" ({heads})')
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
        connection.con.commit()
        tables = {name: connection.table(name) for name in columns(page, [])}
        found = in_sql(decided_on(page, tables, laid_down(connection)))
        connection.raw_sql(f"DROP SCHEMA {own} CASCADE").close()
    finally:
        connection.disconnect()
    return found


def differences(
    cases: list[Facts], wanted: list[Answer], found: list[Answer]
) -> list[tuple[Facts, Answer, Answer]]:
    """Return the cases whose answers differ, each with both answers."""
    return [one for one in zip(cases, wanted, found, strict=True) if one[1] != one[2]]
