"""The reference of findings and the how-to say what a check says."""

from __future__ import annotations

import re
from pathlib import Path

from evenhand.policy.loading import load
from evenhand.policy.proof import check
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.telling import report_lines, summary

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "policy-findings.md").read_text("utf-8")
HOW_TO = (DOCS / "how-to" / "check-a-policy.md").read_text("utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", HOW_TO, re.DOTALL)


def test_every_kind_of_finding_has_its_heading() -> None:
    headings = re.findall(r"^## (.+)$", REFERENCE, re.MULTILINE)

    assert headings == [kind.value for kind in Kind]


def test_the_table_of_findings_tells_how_grave_each_is() -> None:
    rows = re.findall(r"^\| \[(.+?)\]\(#.+?\) \| (\w+) \|", REFERENCE, re.MULTILINE)

    assert rows == [(kind.value, Finding(kind, "").severity.value) for kind in Kind]


def test_the_page_of_the_how_to_has_the_gap_that_is_told() -> None:
    page = load(fenced("markdown")[0])
    told, clean = fenced("text")[:2]
    counted = re.compile(r"[0-9]+ cases")  # goes with the version of z3

    report = check(page)

    said = [*filter(None, report_lines(report)), f"evenhand: {summary(report)}"]
    assert told.splitlines()[1:] == said
    mended = check(load(fenced("markdown")[0].replace("days > 15", "days > 14")))
    lines = (*report_lines(mended), summary(mended))
    assert clean.splitlines()[1:] == [counted.sub("12 cases", line) for line in lines]
