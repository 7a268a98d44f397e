"""Three operations that Ibis lacks and every engine has: exact ones on integers.

Ibis writes `//` as a floor of floats, which is wrong past 2**53, and knows no integer
of more than 64 bits. A fence keeps columns computed once: Ibis inlines a column into
each place that reads it, which grows without bound along a chain of derived facts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast
from uuid import uuid4

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.rules as rlz
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.base import SQLGlotCompiler

from evenhand.policy.sql.refusals import Untranslatable

WIDE = dt.Decimal(38, 0)
LAST_BIT = 62


class CutQuotient(ops.Value):  # type: ignore[misc]  # ibis is not typed as a base
    """The quotient of two integers without its fraction (cut towards zero)."""

    left: ops.Value
    right: ops.Value
    shape = rlz.shape_like("args")

    @property
    def dtype(self) -> dt.DataType:
        """64 bits, or 38 digits if one side has them."""
        wide = any(arg.dtype.is_decimal() for arg in (self.left, self.right))
        return WIDE if wide else dt.int64


class Widened(ops.Value):  # type: ignore[misc]  # ibis is not typed as a base
    """An integer with room for 38 digits."""

    arg: ops.Value
    shape = rlz.shape_like("args")
    dtype = WIDE


def cut_quotient(left: ir.Value, right: ir.Value) -> ir.Value:
    """Divide integers, cutting the fraction off; exact on every engine."""
    return CutQuotient(left, right).to_expr()


def widened(value: ir.Value) -> ir.Value:
    """Give an integer room for 38 digits; not on SQLite, which has 64 bits only."""
    return Widened(value).to_expr()


# What DuckDB 2.0.0 is not to try: on the many stages of a page it thinks for seconds, or
# for ever, where without it a thirtieth of a second is enough.
NOT_TRIED = "partial_aggregate_pushdown"


def duckdb_opened(**options: str) -> Any:
    """Open a DuckDB in memory that plans what we ask of it without losing itself."""
    connection = ibis.duckdb.connect(**options)
    connection.raw_sql(f"SET disabled_optimizers = '{NOT_TRIED}'")
    # how far a query is can be asked, and is not printed by DuckDB itself
    connection.raw_sql("SET enable_progress_bar = true")
    connection.raw_sql("SET enable_progress_bar_print = false")
    return connection


Fence = Callable[[ir.Table], ir.Table]


def is_null(column: ir.Value) -> ir.BooleanValue:
    """Tell whether a value is NULL.

    Of `NOT x` ask x, as Ibis writes `NOT x IS NULL`; of `x IN (1, 2)` too, as Spark does
    not read `x IN (1, 2) IS NULL`.
    """
    op = column.op()
    while isinstance(op, ops.Not | ops.InValues):
        op = op.arg if isinstance(op, ops.Not) else op.value
    found: ir.BooleanValue = op.to_expr().isnull()
    return found


def is_any(column: ir.Value, wanted: Sequence[str] | Sequence[int]) -> ir.BooleanValue:
    """Tell whether a value is any of some constants.

    In parts of four: DuckDB makes a join of a longer `IN`, which reads every case.
    """
    parts = [wanted[n : n + 4] for n in range(0, len(wanted), 4)]
    found = [column.isin(p) if len(p) > 1 else column == p[0] for p in parts]
    while len(found) > 1:
        pairs = [found[n : n + 2] for n in range(0, len(found), 2)]
        found = [pair[0] | pair[1] if len(pair) > 1 else pair[0] for pair in pairs]
    return found[0]


def is_any_code(column: ir.Value, codes: Sequence[int]) -> ir.BooleanValue:
    """Tell whether a code is any of some, by the bits of one number.

    DuckDB takes a third of the time of `IN` for it.
    """
    if len(codes) == 1 or max(codes) > LAST_BIT:
        return is_any(column, codes)
    wanted = ibis.literal(sum(1 << code for code in codes), "int64")
    return ((wanted >> column.cast("int64")) & 1) == 1


def is_code_of(
    column: ir.Value, codes: Sequence[int], words: Sequence[str]
) -> ir.BooleanValue:
    """Tell whether the code of one of these words is any of some.

    Codes in a row are between two, or on one side of one: no bit is looked for.
    """
    low, high = min(codes), max(codes)
    if len(codes) == 1 or high - low + 1 > len(set(codes)):
        return is_any_code(column, codes)
    if low == 0:
        return column <= high
    return column >= low if high == len(words) - 1 else column.between(low, high)


def as_comparison(column: ir.BooleanValue) -> ir.BooleanValue:
    """Write a column of yes and no as a comparison, and what is not it too.

    DuckDB picks cases by a comparison; of anything else it writes yes and no first.
    """
    op = column.op()
    inner = op.arg if isinstance(op, ops.Not) else op
    if not isinstance(inner, ops.Field):
        return column
    return inner.to_expr() == ibis.literal(inner is op)


def fenced(table: ir.Table) -> ir.Table:
    """Keep the columns of a table as they are: what comes after reads, not repeats."""
    return table.view()


def laid_down(connection: Any, *, every: int = 2) -> Fence:
    """Return a fence that writes each so-manieth stage into a temporary table.

    For engines that read a query row by row: SQLite parses no deep one, and PostgreSQL
    pulls stages together again.
    """
    return _each(every, lambda n, t: connection.create_table(n, t, temp=True))


def viewed(connection: Any, *, every: int = 2) -> Fence:
    """Return a fence that names each so-manieth stage as a view.

    For DuckDB, which keeps the stages apart by itself: nothing is written, and Ibis has
    only the stages since the last view to put into words.
    """

    def view(name: str, table: ir.Table) -> ir.Table:
        connection.raw_sql(f'CREATE TEMP VIEW "{name}" AS {connection.compile(table)}')
        # Its columns are known: to ask DuckDB for them again takes as long as to decide.
        found = ops.DatabaseTable(name=name, schema=table.schema(), source=connection)
        return cast(ir.Table, found.to_expr())

    return _each(every, view)


def _each(every: int, lay: Callable[[str, ir.Table], Any]) -> Fence:
    passed = 0

    def fence(table: ir.Table) -> ir.Table:
        nonlocal passed
        passed += 1
        if passed % every:
            return fenced(table)
        return cast(ir.Table, lay(f"stage_{uuid4().hex}", table))

    return fence


def _engine(compiler: object) -> str:
    return cast(Any, compiler).dialect.__name__.casefold()  # type: ignore[no-any-return]  # a dialect's class name


def _write_quotient(
    self: object, op: CutQuotient, *, left: sge.Expression, right: sge.Expression
) -> sge.Expression:
    one, other = sge.paren(left), sge.paren(right)
    if _engine(self) == "sqlite":
        return sge.paren(sge.Div(this=one, expression=other, typed=True, safe=True))
    if _engine(self) == "postgres" and op.dtype.is_integer():
        return sge.paren(sge.Div(this=one, expression=other, typed=True))
    return sge.paren(sge.IntDiv(this=one, expression=other))


def _write_widened(
    self: object, _op: Widened, *, arg: sge.Expression
) -> sge.Expression:
    engine = _engine(self)
    if engine == "sqlite":
        why = "the arithmetic may need more than 64 bits, which SQLite does not have"
        raise Untranslatable(why)
    word = "HUGEINT" if engine == "duckdb" else "DECIMAL(38, 0)"
    return sge.Cast(this=arg, to=sge.DataType.build(word, dialect=engine))


# Ibis looks a compiler's method up by the name of the operation.
SQLGlotCompiler.visit_CutQuotient = _write_quotient
SQLGlotCompiler.visit_Widened = _write_widened
