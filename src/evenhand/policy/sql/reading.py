"""Facts from outside as the columns of `shape`, in DuckDB's SQL: checked, never guessed.

For each fact two texts come out: the value, NULL where it is unknown or cannot be, and
the source, which is not NULL where something was given. Given without a value is a
fault. What counts as a value is what `policy.given` takes, with two narrower places:
six digits behind the point of a number, and dates as YYYY-MM-DD.
"""

from __future__ import annotations

from evenhand.policy.kinds import Kind
from evenhand.policy.sql.shape import MILLION, NUMBER_DIGITS, bounds, column_type
from evenhand.policy.tree import Fact

_EPOCH = "DATE '1970-01-01'"
_WHOLE = r"[+-]?[0-9]+(\.0+)?"
_NUMBER = r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?"
# As in `policy.durations`; this language of patterns cannot look ahead.
_ISO = (
    "-?P([0-9]{1,15}W)?([0-9]{1,15}D)?(T([0-9]{1,15}H)?([0-9]{1,15}M)?([0-9]{1,15}S)?)?"
)
_UNITS = (
    ("([0-9]+)W", 604_800),
    ("([0-9]+)D", 86_400),
    ("T.*?([0-9]+)H", 3_600),
    ("T.*?([0-9]+)M", 60),
    ("([0-9]+)S", 1),
)


def quoted(name: str) -> str:
    """Write a name of a column or table."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Write a text."""
    return "'" + value.replace("'", "''") + "'"


def value_of(fact: Fact, source: str, kind: str, *, check: bool = True) -> str:
    """Write the value of a fact from a source column of a type of DuckDB.

    `check` holds it to the domain.
    """
    kind = kind.upper()
    read = _from_json if kind == "JSON" else _READERS[_family(fact.kind)]
    value = read(fact, source, kind)
    return _in_domain(fact, value) if check else value


def _family(kind: Kind) -> str:
    if column_type(kind) in ("boolean", "string"):
        return column_type(kind)
    return {Kind.DATE: "date", Kind.NUMBER: "number", Kind.DURATION: "duration"}.get(
        kind, "whole"
    )


def _in_domain(fact: Fact, value: str) -> str:
    if column_type(fact.kind) == "boolean":
        return value
    if column_type(fact.kind) == "string":
        if not fact.domain.words:
            return value
        words = ", ".join(text(word) for word in fact.domain.words)
        return f"CASE WHEN {value} IN ({words}) THEN {value} END"
    low, high = bounds(fact)
    return f"CASE WHEN {value} BETWEEN {low} AND {high} THEN {value} END"


def _from_json(fact: Fact, source: str, _kind: str) -> str:
    """A value of JSON must be of the right type of JSON before its text is read."""
    found = f"json_type({source})"
    plain = f"({source} ->> '$')"
    family = _family(fact.kind)
    numbers = "('UBIGINT', 'BIGINT', 'HUGEINT', 'DOUBLE')"
    if family == "boolean":
        return f"CASE WHEN {found} = 'BOOLEAN' THEN {plain} = 'true' END"
    if family in ("string", "date"):
        read = _READERS[family](fact, plain, "VARCHAR")
        return f"CASE WHEN {found} = 'VARCHAR' THEN {read} END"
    allowed = f"{found} IN {numbers}"
    if family == "duration":
        allowed = f"({allowed} OR {found} = 'VARCHAR')"
    return f"CASE WHEN {allowed} THEN {_READERS[family](fact, plain, 'VARCHAR')} END"


def _boolean(_fact: Fact, source: str, kind: str) -> str:
    if kind == "BOOLEAN":
        return source
    word = f"lower(CAST({source} AS VARCHAR))"
    return (
        f"CASE WHEN {word} IN ('yes', 'true') THEN true"
        f" WHEN {word} IN ('no', 'false') THEN false END"
    )


def _string(_fact: Fact, source: str, kind: str) -> str:
    is_text = kind == "VARCHAR" or kind.startswith("ENUM")
    return source if is_text else "CAST(NULL AS VARCHAR)"


def _whole(_fact: Fact, source: str, kind: str) -> str:
    if "INT" in kind:
        return (
            source if kind in ("BIGINT", "INTEGER") else f"TRY_CAST({source} AS BIGINT)"
        )
    plain = f"CAST({source} AS VARCHAR)"
    if kind in ("DOUBLE", "FLOAT") or kind.startswith("DECIMAL"):
        return f"CASE WHEN {source} = floor({source}) THEN TRY_CAST({source} AS BIGINT) END"
    if kind != "VARCHAR":
        return "CAST(NULL AS BIGINT)"
    cut = f"TRY_CAST(TRY_CAST({plain} AS DECIMAL(38, 6)) AS BIGINT)"
    return f"CASE WHEN regexp_full_match({plain}, {text(_WHOLE)}) THEN {cut} END"


def _number(_fact: Fact, source: str, kind: str) -> str:
    """A number in millionths; with more digits than that it is no value."""
    if "INT" in kind:
        return f"CAST(TRY_CAST({source} AS HUGEINT) * {MILLION} AS BIGINT)"
    if kind == "DOUBLE":
        # n / 10**6 is the double that n millionths print as, while n has 53 bits.
        scaled = f"round({source} * {MILLION})"
        fits = f"abs({scaled}) < {2**53} AND {scaled} / {MILLION} = {source}"
        return f"CASE WHEN {fits} THEN CAST({scaled} AS BIGINT) END"
    if kind.startswith("DECIMAL") and int(kind[:-1].partition(",")[2]) <= NUMBER_DIGITS:
        return f"TRY_CAST({source} * {MILLION} AS BIGINT)"
    plain = f"CAST({source} AS VARCHAR)"
    exact = f"TRY_CAST({plain} AS DECIMAL(38, {NUMBER_DIGITS}))"
    same = f"CAST({exact} AS DOUBLE) = TRY_CAST({plain} AS DOUBLE)"
    is_number = f"regexp_full_match({plain}, {text(_NUMBER)})"
    scaled = f"TRY_CAST({exact} * {MILLION} AS BIGINT)"
    return f"CASE WHEN {is_number} AND {same} THEN {scaled} END"


def _duration(fact: Fact, source: str, kind: str) -> str:
    """Whole seconds, or ISO 8601 as in PT72H."""
    whole = _whole(fact, source, kind)
    if kind != "VARCHAR":
        return whole
    parts = [
        f"coalesce(TRY_CAST(regexp_extract({source}, {text(unit)}, 1) AS HUGEINT), 0)"
        f" * {seconds}"
        for unit, seconds in _UNITS
    ]
    shape = f"regexp_full_match({source}, {text(_ISO)})"
    is_iso = f"{shape} AND regexp_matches({source}, '[0-9][WDHMS]$')"
    sign = f"CASE WHEN starts_with({source}, '-') THEN -1 ELSE 1 END"
    seconds = f"TRY_CAST({sign} * ({' + '.join(parts)}) AS BIGINT)"
    return f"CASE WHEN {is_iso} THEN {seconds} ELSE {whole} END"


def _date(_fact: Fact, source: str, kind: str) -> str:
    if kind == "DATE":
        return f"({source} - {_EPOCH})"
    if kind.startswith("TIMESTAMP"):
        day = f"CAST({source} AS DATE)"
        return f"CASE WHEN {source} = date_trunc('day', {source}) THEN {day} - {_EPOCH} END"
    if kind != "VARCHAR":
        return "CAST(NULL AS INTEGER)"
    is_day = f"regexp_full_match({source}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
    return f"CASE WHEN {is_day} THEN TRY_CAST({source} AS DATE) - {_EPOCH} END"


_READERS = {
    "boolean": _boolean,
    "string": _string,
    "whole": _whole,
    "number": _number,
    "duration": _duration,
    "date": _date,
}
