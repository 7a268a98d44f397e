"""Reports and comparisons as lines of text, for the command line."""

from __future__ import annotations

from collections.abc import Iterator

from evenhand.policy.proof.changes import Change, Comparison, Side
from evenhand.policy.proof.findings import Finding, Report, Severity
from evenhand.policy.proof.rowdiff import Edit
from evenhand.policy.proof.standing import Standing
from evenhand.policy.proof.wording import sentence
from evenhand.policy.saying import Translate, _, in_turn, said_in

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
        return _("{page}: nothing found", page=head)
    counts = [
        _counted(sum(f.severity is severity for f in report.findings), severity)
        for severity in Severity
    ]
    return in_turn([head, in_turn(counts, ", ")], ": ")


def _counted(count: int, severity: Severity) -> str:
    one = count == 1
    match severity:
        case Severity.FAULT:
            return _("{n} fault", n=count) if one else _("{n} faults", n=count)
        case Severity.WARNING:
            return _("{n} warning", n=count) if one else _("{n} warnings", n=count)
        case _:
            return _("{n} note", n=count) if one else _("{n} notes", n=count)


def comparison_lines(found: Comparison, translate: Translate = str) -> Iterator[str]:
    """Tell where two versions differ: as written, as decided, and who is worse off."""
    for row in found.rows:
        place = f"{row.section}, {row.row}"
        yield said_in(in_turn([_EDITS[row.edit], place], ": "), translate)
        if row.old:
            yield f"{_INDENT}- {row.old}"
        if row.new:
            yield f"{_INDENT}+ {row.new}"
    if found.rows:
        yield ""
    for change in found.changes:
        yield from (said_in(line, translate) for line in _change(change))
        yield ""
    for line in (verdict(found), worse_off(found), *found.notes):
        yield said_in(line, translate)


def _change(change: Change) -> Iterator[str]:
    move = f"{_row(change.old)} -> {_row(change.new)}"
    yield in_turn([move, _STANDINGS[change.standing]], ": ")
    told = _("for example {case}", case=sentence(change.case))
    yield in_turn([_INDENT, told], "")
    for column in change.columns:
        old, new = (
            side.told.get(column, _("nothing")) for side in (change.old, change.new)
        )
        yield in_turn([f"{_INDENT}{column}: ", old, " -> ", new], "")


def _row(side: Side) -> str:
    return side.row or side.status.replace("_", " ")


_EDITS = {
    Edit.ADDED: _("added"),
    Edit.REMOVED: _("removed"),
    Edit.CHANGED: _("changed"),
    Edit.MOVED: _("moved"),
}
_STANDINGS = {
    Standing.BETTER: _("the customer is better off"),
    Standing.WORSE: _("the customer is worse off"),
    Standing.SAME: _("worth the same to the customer"),
    Standing.OTHER: _("different, not to be compared"),
}


def verdict(found: Comparison) -> str:
    """Say whether the versions decide alike."""
    if found.equal:
        return _("proved: both versions decide every case alike")
    if not found.changes:
        return _("not proved that both versions decide alike; no case was found")
    pairs = len(found.changes)
    if pairs == 1:
        return _("{n} pair of rows with another result", n=pairs)
    return _("{n} pairs of rows with another result", n=pairs)


def worse_off(found: Comparison) -> str:
    """Say whether anybody is worse off under the new version."""
    if found.never_worse is None:
        return _("not proved whether anybody is worse off")
    if found.never_worse:
        return _("proved: nobody is worse off")
    return _("some are worse off")
