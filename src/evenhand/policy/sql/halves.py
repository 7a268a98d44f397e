"""Many cases, most of which lack nothing: all as if all were known, then mended.

Where all is known a condition is yes or no, and the query is half as long. So all cases
are counted by that one. What it says of the cases that lack a fact is wrong; these, few
and laid apart when the facts were opened, are taken out of the counts again by the same
query, and put in by the whole one. To hold them back instead would cost a test of every
fact in every case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

import ibis
import ibis.expr.types as ir

from evenhand.policy.kinds import LISTS
from evenhand.policy.sql.engines import is_null
from evenhand.policy.sql.reach import conditions_of, names_below, roots
from evenhand.policy.sql.shape import code_column
from evenhand.policy.sql.sheet import NOTHING_KNOWN, Known
from evenhand.policy.sql.values import balanced
from evenhand.policy.tree import Policy

if TYPE_CHECKING:
    from evenhand.policy.sql.files import Facts

MANY = 10**6  # cases: fewer are answered before a second query is put into words
WEIGHT = "~weight"
FEW = 0.05  # of the cases: more are not laid apart


@dataclass(frozen=True, slots=True)
class Part:
    """Cases with the facts that all of them are taken to know.

    A case counts as often as its column WEIGHT says: 1, or -1 to take it out again.
    """

    table: ir.Table
    known: Known = NOTHING_KNOWN


def parts_of(facts: Facts) -> Iterator[Part]:
    """Give the parts of which the counts make up those of all cases."""
    once = {WEIGHT: ibis.literal(1, "int8")}
    if facts.few is None:
        yield Part(facts.table.mutate(**once))
        return
    wrong = facts.few.mutate(**{WEIGHT: ibis.literal(-1, "int8")})
    yield Part(facts.table.mutate(**once).union(wrong), Known(facts.known))
    yield Part(facts.few.mutate(**once), Known(each_lacks=True))


def lay_apart(facts: Facts, names: Collection[str]) -> None:
    """Keep the cases that lack any of these facts in a table of their own as well."""
    columns = [code_column(n) if n in facts.codes else n for n in names]
    lacks = [is_null(facts.table[name]) for name in columns]
    few = facts.table.filter(balanced(lambda a, b: a | b, lacks))
    name = f"few_{uuid4().hex}"
    facts.connection.create_table(name, few, temp=True)
    # The schema says which columns are never NULL, which the new table does not.
    query = f'SELECT * FROM "{name}"'  # noqa: S608 - our own name
    facts.few = facts.connection.sql(query, schema=facts.table.schema())
    facts.known = frozenset(names)


def worth_it(policy: Policy, lacking: Mapping[str, int], cases: int) -> list[str]:
    """Choose the facts that few of many cases lack, by how many lack each.

    Facts with `?` are let be: a case that lacks one of them is no exception. So are
    facts that no rule of the page reads.
    """
    if cases < MANY:
        return []
    found, room = [], int(cases * FEW)
    for name in sorted(set(asked(policy)) & set(lacking), key=lambda n: lacking[n]):
        room -= lacking[name]
        if room >= 0:
            found.append(name)
    return found


def asked(policy: Policy) -> list[str]:
    """Return the facts without `?`, and no lists, that rules of a page read."""
    rows = [row for table in policy.tables for row in table.rows]
    cells = [cell for row in rows for cell in conditions_of(row)]
    cells += [cell for one in policy.nevers for cell in one.conditions]
    cells += [cell for one in policy.always for cell in (*one.when, *one.must)]
    found = [one.expression for one in policy.derived]
    found += [one for row in rows for one in roots(row)]
    read = {name for cell in cells for name in cell.names}
    read |= {name for one in found for name in names_below(one.root)}
    return [
        fact.name
        for fact in policy.facts
        if fact.name in read and not fact.optional and fact.kind not in LISTS
    ]
