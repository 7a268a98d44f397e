"""What each figure of the scorecard counts, as data: page, reference and code agree.

`source` is the key of the definition's origin in docs/explanation/scorecard.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from evenhand.insight.rules.figures import Better, Measure


class Unit(StrEnum):
    PERCENT = "percent"
    WORKING_MINUTES = "working_minutes"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure in full. `counter` names the figure to read beside it."""

    key: str
    title: LazyText
    numerator: LazyText
    denominator: LazyText
    window: LazyText
    clock: LazyText
    exclusions: LazyText
    pitfall: LazyText
    counter: str
    source: str
    measure: Measure
    unit: Unit
    better: Better


# A case opened again so soon was closed too early.
OPENED_AGAIN_DAYS = 14

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        key="first_answer",
        title=_("First answer"),
        numerator=_("Working minutes from opening to the first answer of a person"),
        denominator=_("Cases with a first answer; the figure is their median"),
        window=_("Cases whose first answer was given in the period"),
        clock=_("Working time of the team that has the case"),
        exclusions=_("Automatic answers; cases that nobody has answered yet"),
        pitfall=_(
            "Cases still waiting are not in it: look at the inbox too. The ninth of"
            " ten (p90) shows the tail that a median hides."
        ),
        counter="resolve",
        source="zd, gl",
        measure=Measure.MEDIAN,
        unit=Unit.WORKING_MINUTES,
        better=Better.DOWN,
    ),
    Definition(
        key="resolve",
        title=_("Time to resolve"),
        numerator=_("Time from opening to the last closing"),
        denominator=_("Cases that are closed; the figure is their median"),
        window=_("Cases whose last closing was in the period"),
        clock=_("Calendar time: nights and weekends count, the customer waits in them"),
        exclusions=_("Cases that are open again"),
        pitfall=_("Closing early stops the clock: read it with “Opened again”."),
        counter="opened_again",
        source="zd, gl",
        measure=Measure.MEDIAN,
        unit=Unit.HOURS,
        better=Better.DOWN,
    ),
    Definition(
        key="opened_again",
        title=_("Opened again"),
        numerator=_("Closings after which the case was opened again within 14 days"),
        denominator=_("Closings"),
        window=_("Cases closed in the period; one closed twice counts twice"),
        clock=_("Calendar time"),
        exclusions=_("A new case about the same matter, opened instead"),
        pitfall=_("The last 14 days can still grow."),
        counter="resolve",
        source="gl",
        measure=Measure.SHARE,
        unit=Unit.PERCENT,
        better=Better.DOWN,
    ),
    Definition(
        key="promises_kept",
        title=_("Promises kept"),
        numerator=_("Promises kept by the instant they were due"),
        denominator=_("Promises that fell due"),
        window=_("Promises due in the period"),
        clock=_("The instant promised, in the team's time zone"),
        exclusions=_(
            "Moved before due with the customer's consent; released by the customer"
            " before due"
        ),
        pitfall=_(
            "A desk that promises nothing keeps everything: the number of promises"
            " made stands beside it. Kept late counts as not kept."
        ),
        counter="satisfaction",
        source="S1",
        measure=Measure.SHARE,
        unit=Unit.PERCENT,
        better=Better.UP,
    ),
    Definition(
        key="upheld",
        title=_("Upheld"),
        numerator=_("Issues decided as upheld or partly upheld"),
        denominator=_(
            "Issues decided as upheld, partly upheld, not upheld, or with redress"
            " already offered"
        ),
        window=_("Issues whose standing decision was made in the period"),
        clock=_("None"),
        exclusions=_("Out of scope; withdrawn; decisions replaced by a later one"),
        pitfall=_(
            "Low may mean a defensive desk, high may mean a poor product. Goodwill on"
            " a refused complaint is not an upheld one."
        ),
        counter="exceptions",
        source="d15-07",
        measure=Measure.SHARE,
        unit=Unit.PERCENT,
        better=Better.NEITHER,
    ),
    Definition(
        key="exceptions",
        title=_("Outside the policy"),
        numerator=_("Decisions other than the policy's answer"),
        denominator=_("Decisions"),
        window=_("Issues whose standing decision was made in the period"),
        clock=_("None"),
        exclusions=_("Decisions replaced by a later one"),
        pitfall=_(
            "Many exceptions at one clause say that the clause is wrong, not the staff."
        ),
        counter="upheld",
        source="domain 5",
        measure=Measure.SHARE,
        unit=Unit.PERCENT,
        better=Better.NEITHER,
    ),
    Definition(
        key="satisfaction",
        title=_("Satisfied"),
        numerator=_("Answers of 4 or 5 on a scale of 5"),
        denominator=_("Answers to the survey"),
        window=_("Answers that came in the period"),
        clock=_("None"),
        exclusions=_(
            "Customers who did not answer; cases of praise are not asked about"
        ),
        pitfall=_(
            "Those who are silent are unknown: 70 % of the 20 % who answer is 14 %"
            " known to be satisfied. The share who answered stands beside it."
        ),
        counter="ease",
        source="atomly",
        measure=Measure.SHARE,
        unit=Unit.PERCENT,
        better=Better.UP,
    ),
    Definition(
        key="ease",
        title=_("Made easy"),
        numerator=_(
            "Answers of 5, 6 or 7 to “it was made easy for me”, on a scale of 7"
        ),
        denominator=_("Answers to the survey"),
        window=_("Answers that came in the period"),
        clock=_("None"),
        exclusions=_("Customers who did not answer"),
        pitfall=_(
            "Only closed cases are asked about, and those tend to have gone well."
        ),
        counter="satisfaction",
        source="ces",
        measure=Measure.SHARE,
        unit=Unit.PERCENT,
        better=Better.UP,
    ),
)
BY_KEY = {definition.key: definition for definition in DEFINITIONS}
