"""A page checked whole: every table, every invariant, every earlier example."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from evenhand.policy.program import Page
from evenhand.policy.proof.cells import Cells, idle_cells
from evenhand.policy.proof.earlier import earlier_examples, own_examples
from evenhand.policy.proof.findings import Finding, Kind, Report, gravest_first
from evenhand.policy.proof.gaps import gaps
from evenhand.policy.proof.invariants import invariants
from evenhand.policy.proof.levels import levels_too_low
from evenhand.policy.proof.overlaps import overlaps
from evenhand.policy.proof.prover import Clock, OutOfTime, Prover
from evenhand.policy.proof.reach import unreachable, words_never_given
from evenhand.policy.proof.slivers import slivers
from evenhand.policy.proof.unused import unused

Step = tuple[str, Callable[[], Iterable[Finding]]]


def checked(page: Page, earlier: Sequence[str], seconds: float) -> Report:
    """Check a page; the gravest questions first, for the time may run out."""
    proved: list[str] = []
    findings = list(own_examples(page, proved))
    findings += earlier_examples(page, earlier, proved)
    findings += unused(page)
    findings += words_never_given(page.policy)
    prover = Prover(page, Clock(seconds))
    left: list[str] = []
    for name, find in _steps(prover, proved):
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
        yield f"overlaps of {table.name}", lambda p=place: overlaps(prover, p, proved)  # type: ignore[misc]  # the same
    yield "Never and Always", lambda: invariants(prover, proved)
    yield "levels", lambda: levels_too_low(prover, proved)
    cells = Cells(prover)
    for place, table in tables:
        yield f"rows of {table.name}", lambda p=place: _rows(prover, cells, p)  # type: ignore[misc]  # the same
    for place, table in tables:
        yield f"boundaries of {table.name}", lambda p=place: slivers(prover, p)  # type: ignore[misc]  # the same


def _rows(prover: Prover, cells: Cells, place: int) -> Iterator[Finding]:
    dead: set[str] = set()
    yield from idle_cells(cells, prover.page.policy.tables[place], dead)
    yield from unreachable(prover, place, dead)


def _out_of_time(left: Sequence[str], seconds: float) -> Finding:
    return Finding(
        kind=Kind.NOT_PROVED,
        what=f"Not proved in the {seconds:g} seconds allowed: {', '.join(left)}.",
        meaning="What was not looked at may be right or wrong.",
        proposal="Check again with more time, or write the page simpler.",
    )
