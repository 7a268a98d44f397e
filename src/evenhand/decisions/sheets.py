"""Lay out what is known about an issue, decide by the page, find what is worth asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from evenhand.decisions.faults import remedy
from evenhand.decisions.models import Finding, PolicyVersion
from evenhand.decisions.rules.entries import entered, read_kept, to_keep
from evenhand.decisions.rules.sheet import FactSheet, SheetFact
from evenhand.decisions.rules.words import FindingStatus, in_language
from evenhand.decisions.showing import label_of
from evenhand.decisions.sources import SOURCES, fitted
from evenhand.decisions.subjects import Subject
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision, Status
from evenhand.policy.errors import DecisionFault, FactError
from evenhand.policy.exploring import Budget
from evenhand.policy.glossary import words_in
from evenhand.policy.kinds import Kind, Value, shown
from evenhand.policy.program import Page
from evenhand.policy.tree import Fact

# Rows that may be read to tell whether one known fact matters; past it, it is said to.
ROWS_FOR_ONE_FACT = 1_000
DEFAULT_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the case has for one fact."""

    value: Value | None
    status: FindingStatus
    source: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """An issue read by a page: the sheet, the answer, or why there is none."""

    page: Page
    version: PolicyVersion
    sheet: FactSheet
    entries: Mapping[str, Entry]
    answer: Decision | None
    currency: str
    fault: str = ""

    @property
    def facts(self) -> dict[str, object]:
        """The known facts as JSON holds them."""
        return {
            name: to_keep(entry.value)
            for name, entry in self.entries.items()
            if entry.value is not None
        }

    @property
    def fact_sources(self) -> dict[str, dict[str, str]]:
        """How sure each known fact is, and where it comes from."""
        return {
            name: {"status": entry.status.value, "source": entry.source}
            for name, entry in self.entries.items()
            if entry.value is not None
        }


def read(
    page: Page, version: PolicyVersion, subject: Subject, *, language: str
) -> Reading:
    """Gather the facts that the page declares, decide, and say what matters."""
    findings = subject.file.findings.get(subject.issue.pk, {})
    currency = currency_of(page, subject)
    entries = {
        fact.name: entry_of(fact, subject, findings, currency=currency)
        for fact in page.policy.facts
    }
    known = {name: entry.value for name, entry in entries.items()}
    fault = _mixed_currencies(page, subject)
    answer = None
    if not fault:
        answer, fault = _decided(page, known)
    sheet = FactSheet(
        issue_pk=subject.issue.pk,
        facts=tuple(_sheet_facts(page, entries, answer, currency, language)),
    )
    return Reading(page, version, sheet, entries, answer, currency, fault)


def currency_of(page: Page | None, subject: Subject) -> str:
    """Return the currency that amounts of this issue are in.

    Where the page names a fact for it, that of the finding or the order; else the
    page's own, else the order's.
    """
    ordered = subject.order.currency if subject.order else ""
    if page is None:
        return ordered or DEFAULT_CURRENCY
    head = page.policy.head
    if head.currency_from:
        findings = subject.file.findings.get(subject.issue.pk, {})
        found = findings.get(head.currency_from)
        said = found.value if found else None
        return said if isinstance(said, str) else ordered or head.currency
    return head.currency or ordered or DEFAULT_CURRENCY


def _mixed_currencies(page: Page, subject: Subject) -> str:
    head = page.policy.head
    if not head.currency or head.currency_from or subject.order is None:
        return ""
    if subject.order.currency == head.currency:
        return ""
    return gettext("The page reckons in %(page)s, the order is in %(order)s.") % {
        "page": head.currency,
        "order": subject.order.currency,
    }


def entry_of(
    fact: Fact, subject: Subject, findings: Mapping[str, Finding], *, currency: str
) -> Entry:
    """Return what a finding says of the fact, else what its source knows.

    A value that the page does not allow counts as unknown, and the sheet says why.
    """
    finding = findings.get(fact.name)
    if finding is not None:
        status = FindingStatus(finding.status)
        kept, where = finding.value, _found_by(finding)
    else:
        source = SOURCES.get(fact.name)
        found = source.read(subject) if source else None
        status = FindingStatus.KNOWN
        kept = fitted(found, fact)
        where = source.where(subject) if source and found is not None else ""
    try:
        value = read_kept(kept, fact=fact, currency=currency)
    except FactError:
        wrong = remedy(fact, currency=currency)
        return Entry(None, FindingStatus.UNKNOWN, where, fault=wrong)
    if value is None:
        return Entry(None, FindingStatus.UNKNOWN, where)
    return Entry(value, status, where)


def _found_by(finding: Finding) -> str:
    name = finding.member.name if finding.member else ""
    return ", ".join(part for part in (name, finding.source) if part)


def _decided(
    page: Page, known: Mapping[str, Value | None]
) -> tuple[Decision | None, str]:
    try:
        return decide(page, known), ""
    except (DecisionFault, FactError) as error:
        return None, gettext("The page cannot decide: %s") % error


def _sheet_facts(
    page: Page,
    entries: Mapping[str, Entry],
    answer: Decision | None,
    currency: str,
    language: str,
) -> list[SheetFact]:
    asked = [question.fact for question in answer.needs] if answer else []
    known = {name: entry.value for name, entry in entries.items()}
    said = words_in(page.policy.head, language)
    return [
        SheetFact(
            name=fact.name,
            label=label_of(fact, language[:2]),
            kind=fact.kind,
            choices=_choices(fact),
            value=entries[fact.name].value,
            shown=_shown(entries[fact.name].value, fact.kind, currency, said),
            entered=entered(entries[fact.name].value, fact=fact, currency=currency),
            status=entries[fact.name].status,
            source=entries[fact.name].source,
            ask=_question(fact, language[:2]),
            matters=_matters(page, known, fact.name, asked, answer),
            place=asked.index(fact.name) + 1 if fact.name in asked else 0,
            fault=entries[fact.name].fault,
            said=said,
        )
        for fact in page.policy.facts
    ]


def _question(fact: Fact, language: str) -> str:
    """Return what is asked for: a label in the reader's language before a foreign question."""
    own = "" if language in fact.asks else fact.labels.get(language, "")
    return own or in_language(fact.asks, language) or label_of(fact, language)


def _matters(
    page: Page,
    known: Mapping[str, Value | None],
    name: str,
    asked: list[str],
    answer: Decision | None,
) -> bool:
    """Whether another value would change the answer: unknown, it would be asked for.

    While there is no answer yet, everything known may still matter.
    """
    if known[name] is None or answer is None:
        return name in asked
    if answer.status is Status.NEEDS_FACT:
        return True
    without = {**known, name: None}
    budget = Budget(ROWS_FOR_ONE_FACT)
    try:
        again = decide(page, without, trace=False, budget=budget)
    except (DecisionFault, FactError):
        return True
    if again.status is Status.NEEDS_FACT:
        return any(question.fact == name for question in again.needs)
    # an empty value may itself lead to another answer ("null" in a cell)
    return dict(again.outcome) != dict(answer.outcome)


def _choices(fact: Fact) -> tuple[str, ...]:
    return ("yes", "no") if fact.kind is Kind.YES_NO else fact.domain.words


def _shown(
    value: Value | None, kind: Kind, currency: str, said: Mapping[str, str]
) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if kind is Kind.ONE_OF:
        return said.get(str(value)) or str(value).replace("_", " ")
    return shown(value, kind, currency)


def day_of(judged_on: str, subject: Subject) -> date:
    """Return the day that picks the version: of that fact, else the day of asking."""
    findings = subject.file.findings.get(subject.issue.pk, {})
    finding = findings.get(judged_on)
    if finding is not None and isinstance(finding.value, str):
        try:
            return date.fromisoformat(finding.value)
        except ValueError:
            return subject.asked_on
    source = SOURCES.get(judged_on)
    found = source.read(subject) if source else None
    return found if isinstance(found, date) else subject.asked_on
