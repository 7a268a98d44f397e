"""Files of facts opened in DuckDB, whose memory is bounded."""

# ruff: noqa: S608 - names and texts are written by quoted() and text()

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from evenhand.policy import limits
from evenhand.policy.kinds import LISTS, Kind
from evenhand.policy.sql.engines import Fence, duckdb_opened, viewed
from evenhand.policy.sql.halves import lay_apart, worth_it
from evenhand.policy.sql.reading import quoted, text, value_of
from evenhand.policy.sql.shape import (
    FAULT,
    bounds,
    code_column,
    column_type,
    columns_of,
    element_facts,
    lists_of,
    raw_type,
)
from evenhand.policy.sql.sheet import CASE
from evenhand.policy.tree import Fact, Policy

MEMORY = "8GB"
MONTH = "~month"  # the month of a case, as text: from a column `month`
GROUP = "~group"  # the group of its customer: from a column `group`
_EXTRA = {"month": MONTH, "group": GROUP}


class UnreadableFacts(ValueError):
    """A file of facts cannot be read; the text says why and what would be right."""


@dataclass(slots=True)
class Facts:
    """The facts of many cases for a page, in the shape that `decided` reads.

    `missing` are facts of the page that the source does not have: unknown in all cases.
    `codes` are the words of facts that have a column of codes (`shape.code_column`).
    `few` are the cases that lack any of the `known` facts, laid apart (`halves`).
    """

    table: ir.Table
    lists: dict[str, ir.Table]
    missing: tuple[str, ...]
    connection: Any = field(repr=False)
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    few: ir.Table | None = field(default=None, repr=False)
    known: frozenset[str] = frozenset()

    @property
    def fence(self) -> Fence:
        """What ends a stage of a query over these facts."""
        return viewed(self.connection)


def open_facts(path: Path, policy: Policy, *, memory: str = MEMORY) -> Facts:
    """Open a .parquet, .csv, .jsonl or .duckdb file of cases for a page.

    Columns are named as the facts. A line of .jsonl is an object of facts, or
    `{"facts": {…}}`. A .duckdb file has the cases in its table `facts`. What the page
    does not declare is not read. UnreadableFacts says what is wrong with the file.
    """
    import duckdb  # noqa: PLC0415 - with ibis; named here for its errors

    connection = duckdb_opened(temp_directory=tempfile.gettempdir())
    connection.raw_sql(f"SET memory_limit = {text(memory)}")
    connection.raw_sql("SET preserve_insertion_order = false")
    try:
        source = _source(connection, path, numbered=bool(lists_of(policy)))
        return shaped(connection, source, policy)
    except duckdb.Error as error:
        why = error if path.exists() else "there is no such file"
        raise UnreadableFacts(f"{path}: {why}") from error


def _source(connection: Any, path: Path, *, numbered: bool) -> str:
    """Return the relation that reads a file; `numbered` by case where it has lists."""
    name = text(str(path))
    match path.suffix:
        case ".parquet":
            read = f"read_parquet({name}, file_row_number = true)"
            return f"SELECT * EXCLUDE (file_row_number), file_row_number AS {quoted(CASE)} FROM {read}"
        case ".csv":
            read = f"read_csv({name}, all_varchar = true, header = true)"
        case ".jsonl" | ".ndjson":
            read = f"read_json_objects({name}, format = 'newline_delimited')"
        case ".duckdb":
            connection.raw_sql(f"ATTACH {name} AS given (READ_ONLY)")
            return f"SELECT *, rowid AS {quoted(CASE)} FROM given.facts"
        case _:
            form = "give a .parquet, .csv, .jsonl or .duckdb file"
            raise UnreadableFacts(f"{path}: unknown kind of file; {form}")
    # To number the cases takes one thread; only lists need the number.
    number = "row_number() OVER () - 1" if numbered else "0"
    return f"SELECT *, {number} AS {quoted(CASE)} FROM {read}"


def shaped(connection: Any, source: str, policy: Policy) -> Facts:
    """Bring a relation of DuckDB into the shape of a page's facts."""
    types = _types(connection, source)
    columns = _columns(types, policy)
    missing = tuple(f.name for f in policy.facts if f.name not in columns)
    lists = lists_of(policy)
    if lists:
        # Elements are joined by the number of the case, which must stay the same.
        connection.raw_sql(f"CREATE TEMP TABLE given_cases AS {source}")
        source = "SELECT * FROM given_cases"
    found = {
        name: _elements(connection, source, fact, columns.get(name))
        for name, fact in lists.items()
    }
    clean, cases = _clean(connection, source, policy, types)
    query = _cases(source, policy, columns, types, clean)
    table = connection.sql(query, schema=_schema(policy, types, clean))
    if len(clean) == len(policy.facts):
        table = table.drop(FAULT)
    facts = Facts(table, found, missing, connection, _coded(policy, columns))
    lacking = {name: lacks for name, lacks in clean.items() if lacks}
    if names := worth_it(policy, lacking, cases):
        lay_apart(facts, names)
    return facts


def _clean(
    connection: Any, source: str, policy: Policy, types: Mapping[str, str]
) -> tuple[dict[str, int], int]:
    """Return the facts of which every value fits, and how many cases lack each.

    One look at the ends of each column saves a look at each value for each rule. How
    many cases there are comes with it; 0 where no column is looked at.
    """
    looked = [f for f in policy.facts if _is_plain(f, types.get(f.name, ""))]
    if not looked:
        return {}, 0
    parts = ["count(*)"]
    for fact in looked:
        name = quoted(fact.name)
        value = value_of(fact, name, types[fact.name], check=False)
        if types[fact.name] == "VARCHAR":
            value = _place(name, fact.domain.words)
        is_word = column_type(fact.kind) in ("boolean", "string")
        ends = ("NULL", "NULL") if is_word else (f"min({value})", f"max({value})")
        parts += [f"count({name})", f"count({value})", *ends]
    query = f"SELECT {', '.join(parts)} FROM ({source})"
    total, *found = connection.con.execute(query).fetchone()
    clean = {}
    for place, fact in enumerate(looked):
        given, read, low, high = found[4 * place : 4 * place + 4]
        fits = low is None or bounds(fact)[0] <= low <= high <= bounds(fact)[1]
        if given == read and fits:
            clean[fact.name] = total - given
    return clean, int(total)


def _is_plain(fact: Fact, kind: str) -> bool:
    """Tell whether the ends of a column say all about its values."""
    kind = kind.upper() if not kind.startswith("ENUM") else kind
    family = column_type(fact.kind)
    if family == "boolean":
        return kind == "BOOLEAN"
    if family == "string":
        words = set(_ENUM_WORD.findall(kind)) if kind.startswith("ENUM") else set()
        is_known = bool(words) and words <= set(fact.domain.words)
        return is_known or (kind == "VARCHAR" and bool(fact.domain.words))
    is_number = kind in _INTEGERS or kind.startswith("DECIMAL")
    return fact.kind not in LISTS and (kind == "DATE" or is_number)


_ENUM_WORD = re.compile(r"'((?:[^']|'')*)'")
_INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"})


def _types(connection: Any, source: str) -> dict[str, str]:
    rows = connection.con.sql(f"DESCRIBE {source}").fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def _schema(
    policy: Policy, types: Mapping[str, str], clean: Mapping[str, int]
) -> ibis.Schema:
    """A column in which nothing is unknown says so by its type."""
    extra = dict.fromkeys(_extra(types, policy), "string")
    extra |= {code_column(n): "int32" for n in _coded(policy, _columns(types, policy))}
    facts = {fact.name: fact for fact in policy.facts if fact.name in clean}
    raw = {name: raw_type(fact, types[name]) for name, fact in facts.items()}
    columns = {
        name: ("!" if clean.get(name) == 0 else "") + (raw.get(name) or kind)
        for name, kind in columns_of(policy).items()
    }
    return ibis.schema({**columns, **extra})


def _columns(types: Mapping[str, str], policy: Policy) -> dict[str, tuple[str, str]]:
    """Return, for each fact that is there, its source and the type of it."""
    if "json" in types and types["json"] == "JSON":
        facts = "coalesce(json -> 'facts', json)"
        return {
            fact.name: (_known(f"({facts} -> {text(fact.name)})"), "JSON")
            for fact in policy.facts
        }
    found = {}
    for fact in policy.facts:
        kind = types.get(fact.name)
        if kind is None:
            continue
        source = quoted(fact.name)
        if fact.kind in LISTS and kind != "JSON":
            read = f"to_json({source})"
            if kind == "VARCHAR":  # a text that is no JSON stays a text: a fault
                source = f"nullif({source}, '')"
                read = f"coalesce(TRY_CAST({source} AS JSON), to_json({source}))"
            source, kind = _known(read), "JSON"
        elif kind == "VARCHAR":
            source = f"nullif({source}, '')"
        found[fact.name] = (source, kind)
    return found


def _known(json: str) -> str:
    return f"CASE WHEN json_type({json}) <> 'NULL' THEN {json} END"


def _cases(
    source: str,
    policy: Policy,
    columns: Mapping[str, tuple[str, str]],
    types: Mapping[str, str],
    clean: Mapping[str, int],
) -> str:
    read, sources = [quoted(CASE)], []
    for fact in policy.facts:
        name = quoted(fact.name)
        if fact.name not in columns:
            read.append(
                f"CAST(NULL AS {_SQL[columns_of(policy)[fact.name]]}) AS {name}"
            )
            continue
        given, kind = columns[fact.name]
        if fact.name in clean:
            read.append(f"{_plain(fact, name, types[fact.name])} AS {name}")
            continue
        value = (
            _length(fact, given) if fact.kind in LISTS else value_of(fact, given, kind)
        )
        read.append(f"CAST({value} AS {_SQL[columns_of(policy)[fact.name]]}) AS {name}")
        raw = quoted(f"raw:{fact.name}")
        read.append(f"({given}) IS NOT NULL AS {raw}")
        sources.append(f"WHEN {raw} AND {name} IS NULL THEN {text(fact.name)}")
    extra = _extra(types, policy)
    read += [f"{source} AS {quoted(own)}" for own, source in extra.items()]
    codes = _coded(policy, columns)
    fault = f"CASE {' '.join(sources)} END" if sources else "NULL"
    names = ", ".join(quoted(name) for name in columns_of(policy) if name != FAULT)
    kept = "".join(f", {quoted(own)}" for own in extra)
    read += [_code(name, words, columns[name]) for name, words in codes.items()]
    kept += "".join(f", {quoted(code_column(name))}" for name in codes)
    inner = f"SELECT {', '.join(read)} FROM ({source})"
    return f"SELECT {names}, CAST({fault} AS VARCHAR) AS {quoted(FAULT)}{kept} FROM ({inner})"


def _plain(fact: Fact, name: str, kind: str) -> str:
    """Write a column of which every value fits, as it is where that will do."""
    plain = value_of(fact, name, kind, check=False)
    if column_type(fact.kind) == "string":
        return plain
    if raw_type(fact, kind):
        return name
    return f"CAST({plain} AS {_SQL[column_type(fact.kind)]})"


def _coded(
    policy: Policy, columns: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[str, ...]]:
    """Return the facts of words that are given, with their words as coded."""
    found = {fact.name: fact for fact in policy.facts if fact.name in columns}
    return {
        name: fact.domain.words
        for name, fact in found.items()
        if fact.domain.words and column_type(fact.kind) == "string"
    }


def _code(name: str, words: tuple[str, ...], column: tuple[str, str]) -> str:
    """Write the code of a word: its place in the words; NULL for any other."""
    source, kind = column
    if kind == "VARCHAR":
        return f"{_place(quoted(name), words)} AS {quoted(code_column(name))}"
    wanted = f"ENUM({', '.join(text(word) for word in words)})"
    if kind.replace(" ", "") != wanted.replace(" ", ""):
        plain = (
            f"({source} ->> '$')" if kind == "JSON" else f"CAST({source} AS VARCHAR)"
        )
        source = f"TRY_CAST({plain} AS {wanted})"
    return f"enum_code({source}) AS {quoted(code_column(name))}"


def _place(source: str, words: tuple[str, ...]) -> str:
    """Write the place of a text in the words, from 0; NULL for any other.

    Parquet keeps each word of a column once. DuckDB calls a function, but not a cast,
    for each of these only: a tenth of the time.
    """
    return f"list_position([{', '.join(text(word) for word in words)}], {source}) - 1"


def _extra(types: Mapping[str, str], policy: Policy) -> dict[str, str]:
    """Return the columns besides the facts, each with its source."""
    if types.get("json") == "JSON":
        return {own: f"(json ->> {text(name)})" for name, own in _EXTRA.items()}
    taken = {fact.name for fact in policy.facts}
    return {
        own: f"CAST({quoted(name)} AS VARCHAR)"
        for name, own in _EXTRA.items()
        if name in types and name not in taken
    }


_SQL = {
    "boolean": "BOOLEAN",
    "int64": "BIGINT",
    "int32": "INTEGER",
    "string": "VARCHAR",
}


def _length(fact: Fact, given: str) -> str:
    """Return how many elements a list has; NULL for one that cannot be."""
    low, high = 0, limits.LIST_ITEMS
    if fact.kind is Kind.LINES:
        low, high = _lines(fact)
    length = f"json_array_length({given})"
    faulty = f"{quoted(CASE)} IN (SELECT {quoted(CASE)} FROM {quoted(_table(fact))} WHERE faulty)"
    fits = f"json_type({given}) = 'ARRAY' AND {length} BETWEEN {low} AND {high}"
    return f"CASE WHEN {fits} AND NOT ({faulty}) THEN {length} END"


def _lines(fact: Fact) -> tuple[int, int]:
    low, high = fact.domain.low, fact.domain.high
    most = limits.LIST_ITEMS
    return (
        low if isinstance(low, int) else 0,
        min(high, most) if isinstance(high, int) else most,
    )


def _table(fact: Fact) -> str:
    return f"elements of {fact.name}"


def _elements(
    connection: Any, source: str, fact: Fact, column: tuple[str, str] | None
) -> ir.Table:
    """Lay down the elements of a list, with a mark where one cannot be."""
    fields = element_facts(fact)
    given = column[0] if column else "NULL::JSON"
    is_list = f"json_type({given}) = 'ARRAY'"
    unnested = (
        f"SELECT {quoted(CASE)}, unnest(json_extract({given}, '$[*]')) AS e"
        f" FROM ({source}) WHERE {is_list}"
    )
    values, faults = [], []
    for name, one in fields.items():
        raw = f"(e -> {text(name)})" if fact.kind is Kind.LINES else "e"
        there = _known(raw)
        value = value_of(one, there, "JSON")
        values.append(f"{value} AS {quoted(name)}")
        faults.append(f"({there}) IS NOT NULL AND ({value}) IS NULL")
        if fact.kind is not Kind.LINES:
            faults.append("json_type(e) = 'NULL'")
    if fact.kind is Kind.LINES:
        faults.append("json_type(e) <> 'OBJECT'")
    faulty = " OR ".join(faults)
    query = f"SELECT {quoted(CASE)}, {', '.join(values)}, ({faulty}) AS faulty FROM ({unnested})"
    table = quoted(_table(fact))
    connection.raw_sql(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}")
    names = [CASE, *fields]
    found: ir.Table = connection.table(_table(fact)).select(*names)
    return found
