"""Many cases in two halves: those of which all is known, and those that lack something.

Where all is known a condition is yes or no, and the query is half as long. The cases
that lack a fact are few as a rule. An engine that works through thousands of cases at a
time pays for the longer query as often as one of them is among the thousands, so they
are better gathered first.
"""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.types as ir

from evenhand.policy.kinds import LISTS
from evenhand.policy.sql.engines import is_null
from evenhand.policy.sql.files import Facts
from evenhand.policy.sql.reach import conditions_of, names_below, roots
from evenhand.policy.sql.shape import code_column
from evenhand.policy.sql.values import balanced
from evenhand.policy.tree import Policy

MANY = 10**6  # cases: fewer are answered before a second query is put into words


def halves(
    facts: Facts, *policies: Policy
) -> Iterator[tuple[ir.Table, frozenset[str]]]:
    """Give tables of cases that make up all, each with the facts that they all know.

    Facts with `?` are let be: a case that lacks one of them is no exception. So are
    facts that no rule of these pages reads.
    """
    table = facts.table
    schema = table.schema()
    asked = dict.fromkeys(name for one in policies for name in _asked(one))
    lacking = [name for name in asked if schema[name].nullable]
    if facts.cases < MANY or not lacking or set(lacking) & set(facts.missing):
        yield table, frozenset()
        return
    columns = [code_column(n) if n in facts.codes else n for n in lacking]
    lacks = balanced(lambda a, b: a | b, [is_null(table[name]) for name in columns])
    yield table.filter(~lacks), frozenset(lacking)
    yield table.filter(lacks), frozenset()


def _asked(policy: Policy) -> Iterator[str]:
    rows = [row for table in policy.tables for row in table.rows]
    cells = [cell for row in rows for cell in conditions_of(row)]
    cells += [cell for one in policy.nevers for cell in one.conditions]
    cells += [cell for one in policy.always for cell in (*one.when, *one.must)]
    found = [one.expression for one in policy.derived]
    found += [one for row in rows for one in roots(row)]
    read = {name for cell in cells for name in cell.names}
    read |= {name for one in found for name in names_below(one.root)}
    for fact in policy.facts:
        if fact.name in read and not fact.optional and fact.kind not in LISTS:
            yield fact.name
