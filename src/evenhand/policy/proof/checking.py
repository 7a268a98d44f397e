"""A page checked whole: every table, every invariant, every earlier example."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec

from evenhand.policy.program import Page
from evenhand.policy.proof.cells import Cells, idle_cells
from evenhand.policy.proof.deadends import dead_ends
from evenhand.policy.proof.earlier import earlier_examples, own_examples
from evenhand.policy.proof.findings import (
    Finding,
    Kind,
    Report,
    Severity,
    gravest_first,
)
from evenhand.policy.proof.gaps import gaps
from evenhand.policy.proof.invariants import invariants
from evenhand.policy.proof.levels import levels_too_low
from evenhand.policy.proof.overlaps import overlaps
from evenhand.policy.proof.prover import Clock, OutOfTime, Prover
from evenhand.policy.proof.reach import unreachable, words_never_given
from evenhand.policy.proof.slivers import slivers
from evenhand.policy.proof.unused import unused
from evenhand.policy.saying import _

Step = tuple[str, Callable[[], Iterable[Finding]]]
_SQL = "Python and SQL"


def checked(
    page: Page, earlier: Sequence[str], seconds: float, *, sql: bool | None
) -> Report:
    """Check a page; the gravest questions first, for the time may run out.

    `sql`: whether to set Python against SQL; None: by a sample of a large page's rows.
    """
    proved: list[str] = []
    findings = list(own_examples(page, proved))
    findings += earlier_examples(page, earlier, proved)
    findings += unused(page)
    findings += words_never_given(page.policy)
    prover = Prover(page, Clock(seconds))
    left: list[str] = []
    steps = list(_steps(prover, proved))
    if sql is not False:
        # A page with a fault is not replayed, and its faults are enough to read.
        steps.append((_SQL, lambda: _back_ends(prover, proved, whole=bool(sql))))
    for name, find in steps:
        if name == _SQL and any(one.severity is Severity.FAULT for one in findings):
            continue
        found, finished = _taken(find)
        findings += found
        if not finished:
            left.append(name)
    if left:
        findings.append(_out_of_time(left, seconds))
    head = page.policy.head
    return Report(
        head.policy,
        head.version,
        page.page_hash,
        gravest_first(findings),
        tuple(proved),
    )


def _taken(find: Callable[[], Iterable[Finding]]) -> tuple[list[Finding], bool]:
    """Return what a step finds, and whether it came to its end in time."""
    found: list[Finding] = []
    try:
        found.extend(find())
    except OutOfTime:
        return found, False
    return found, True


def _steps(prover: Prover, proved: list[str]) -> Iterator[Step]:
    tables = list(enumerate(prover.page.policy.tables))
    for place, table in tables:
        yield f"gaps of {table.name}", lambda p=place: gaps(prover, p, proved)  # type: ignore[misc]  # bound by p=place
        yield f"dead ends of {table.name}", lambda p=place: dead_ends(prover, p)  # type: ignore[misc]  # the same
        yield f"overlaps of {table.name}", lambda p=place: overlaps(prover, p, proved)  # type: ignore[misc]  # the same
    yield "Never and Always", lambda: invariants(prover, proved)
    yield "levels", lambda: levels_too_low(prover, proved)
    cells = Cells(prover)
    for place, table in tables:
        yield f"rows of {table.name}", lambda p=place: _rows(prover, cells, p)  # type: ignore[misc]  # the same
    for place, table in tables:
        yield f"boundaries of {table.name}", lambda p=place: slivers(prover, p)  # type: ignore[misc]  # the same


def _back_ends(prover: Prover, proved: list[str], *, whole: bool) -> Iterator[Finding]:
    """Set Python against SQL, where the packages of SQL are there."""
    if find_spec("duckdb") is None or find_spec("ibis") is None:
        return
    from evenhand.policy.proof.back_ends import differing_back_ends  # noqa: PLC0415  # ibis and DuckDB are an extra

    prover.clock.left()
    yield from differing_back_ends(prover, proved, whole=whole)


def _rows(prover: Prover, cells: Cells, place: int) -> Iterator[Finding]:
    dead: set[str] = set()
    yield from idle_cells(cells, prover.page.policy.tables[place], dead)
    yield from unreachable(prover, place, dead)


def _out_of_time(left: Sequence[str], seconds: float) -> Finding:
    return Finding(
        kind=Kind.NOT_PROVED,
        what=_(
            "Not proved in the {seconds:g} seconds allowed: {value}.",
            seconds=seconds,
            value=", ".join(left),
        ),
        meaning=_("What was not looked at may be right or wrong."),
        proposal=_("Check again with more time, or write the page simpler."),
    )
