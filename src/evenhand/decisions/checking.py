"""The room's door to the proof: what the checks say of a text, as a report to keep."""

from __future__ import annotations

from evenhand.decisions import pages
from evenhand.decisions.rules.reports import CheckReport


class ExtraMissing(Exception):
    """The packages that prove a page are not installed: pip install 'evenhand[publish]'."""


def checked(text: str) -> CheckReport:
    """Check and prove a page; PolicyError where it cannot be read at all."""
    pages.ready(text)
    return CheckReport()
