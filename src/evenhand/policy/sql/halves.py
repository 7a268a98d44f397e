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
from evenhand.policy.sql.shape import code_column
from evenhand.policy.sql.values import balanced
from evenhand.policy.tree import Policy

MANY = 10**6  # cases: fewer are answered before a second query is put into words


def halves(facts: Facts, policy: Policy) -> Iterator[tuple[ir.Table, frozenset[str]]]:
    """Give tables of cases that make up all, each with the facts that they all know.

    Facts with `?` are let be: a case that lacks one of them is no exception.
    """
    table = facts.table
    asked = [fact for fact in policy.facts if not fact.optional]
    schema = table.schema()
    lacking = [
        fact.name
        for fact in asked
        if fact.kind not in LISTS and schema[fact.name].nullable
    ]
    if facts.cases < MANY or not lacking or set(lacking) & set(facts.missing):
        yield table, frozenset()
        return
    columns = [code_column(n) if n in facts.codes else n for n in lacking]
    lacks = balanced(lambda a, b: a | b, [is_null(table[name]) for name in columns])
    yield table.filter(~lacks), frozenset(lacking)
    yield table.filter(lacks), frozenset()
