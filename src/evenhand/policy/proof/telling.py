"""Reports and comparisons as lines of text, for the command line."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.policy.proof.changes import Change, Comparison, Side
from evenhand.policy.proof.findings import Finding, Report, Severity
from evenhand.policy.proof.wording import sentence
from evenhand.policy.saying import Translate, _, said_in

_INDENT = "    "


def report_lines(report: Report, translate: Translate = str) -> Iterator[str]:
    """Tell what a check found, gravest first, and what it proved."""
    for finding in report.findings:
        yield from _finding(finding, translate)
        yield ""
    if report.proved:
        yield said_in(_("proved for every case:"), translate)
        yield from (f"{_INDENT}{said_in(line, translate)}" for line in report.proved)


def _finding(finding: Finding, translate: Translate) -> Iterator[str]:
    place = _(", line {line}", line=finding.line) if finding.line else ""
    yield f"{finding.severity}: {finding.kind}{said_in(place, translate)}"
    for line in (finding.what, finding.meaning, finding.proposal):
        if line:
            yield f"{_INDENT}{said_in(line, translate)}"


def summary(report: Report) -> str:
    """Say in one line how a check ended."""
    head = f"{report.policy} {report.version}"
    if not report.findings:
        return f"{head}: nothing found"
    counts = (
        _counted(sum(f.severity is severity for f in report.findings), severity)
        for severity in Severity
    )
    return f"{head}: {', '.join(counts)}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def comparison_lines(found: Comparison) -> Iterator[str]:
    """Tell where two versions differ: as written, as decided, and who is worse off."""
    for row in found.rows:
        yield f"{row.edit}: {row.section}, {row.row}"
        if row.old:
            yield f"{_INDENT}- {row.old}"
        if row.new:
            yield f"{_INDENT}+ {row.new}"
    if found.rows:
        yield ""
    for change in found.changes:
        yield from _change(change)
        yield ""
    yield verdict(found)
    yield worse_off(found)
    yield from found.notes


def _change(change: Change) -> Iterator[str]:
    yield f"{_row(change.old)} -> {_row(change.new)}: {_standing(change)}"
    yield f"{_INDENT}for example {sentence(change.case)}"
    for column in change.columns:
        old, new = (
            side.told.get(column, "nothing") for side in (change.old, change.new)
        )
        yield f"{_INDENT}{column}: {old} -> {new}"


def _row(side: Side) -> str:
    return side.row or side.status.replace("_", " ")


def _standing(change: Change) -> str:
    return {
        "better": "the customer is better off",
        "worse": "the customer is worse off",
        "same": "worth the same to the customer",
        "other": "different, not to be compared",
    }[change.standing.value]


def verdict(found: Comparison) -> str:
    """Say whether the versions decide alike."""
    if found.equal:
        return "proved: both versions decide every case alike"
    if not found.changes:
        return "not proved that both versions decide alike; no case was found"
    pairs = len(found.changes)
    return f"{pairs} pair{'s' * (pairs > 1)} of rows with another result"


def worse_off(found: Comparison) -> str:
    """Say whether anybody is worse off under the new version."""
    return {
        True: "proved: nobody is worse off",
        False: "some are worse off",
        None: "not proved whether anybody is worse off",
    }[found.never_worse]
