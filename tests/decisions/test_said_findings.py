"""Faults and findings reach the reader in the language of the desk."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.utils.translation import gettext, override

from evenhand.decisions import checking
from evenhand.decisions.rules.reports import CheckReport
from tests.policy.writing import a_text, facts, rules

pytestmark = pytest.mark.django_db

GAP = "No row of table {name} covers this case: {case}."
HOLED = a_text(
    facts("days | whole number | 0..30"),
    rules("id | when | give", "a | days <= 9 | x", "b | days > 19 | y"),
)


def in_japanese() -> str:
    """The gap as the catalogue has it, with its case."""
    with override("ja"):
        span = gettext("{low} to {high}").format(low="10", high="19")
        return gettext(GAP).format(name="verdict", case=f"days {span}")


def test_a_finding_that_was_kept_is_said_in_the_reader_s_language() -> None:
    report = checking.checked(HOLED)
    kept = CheckReport.kept(report.as_data())

    with override("ja"):
        template = Template("{% include 'decisions/_finding.html' %}")
        page = template.render(Context({"finding": kept.faults[0]}))

    assert kept == report
    assert in_japanese() in page


def test_the_command_tells_findings_in_the_language_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "holed.md"
    file.write_text(HOLED, encoding="utf-8")
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("policy_check", file, "--language", "ja", stdout=out)

    assert in_japanese() in out.getvalue()
