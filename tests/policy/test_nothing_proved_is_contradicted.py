"""What a check proves of a random page holds for random cases of it."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evenhand.policy.deciding import decide
from evenhand.policy.decision import Status
from evenhand.policy.errors import AlwaysBroken, FactError, NeverBroken, Overlap
from evenhand.policy.loading import read
from evenhand.policy.program import Page
from evenhand.policy.proof.findings import Kind, Report
from tests.policy.making import cases, pages
from tests.policy.proving import check

DEAD = (Kind.UNREACHABLE, Kind.DUPLICATE, Kind.SPARE_ROW, Kind.NEVER_TRUE)


def said_of(page: Page, case: Mapping[str, object]) -> set[str]:
    """What a case shows to be false: the openings of sentences that would deny it."""
    try:
        decision = decide(page, case)
    except FactError:
        return set()
    except Overlap as overlap:
        return {
            f"Never do two rows of table {overlap.table} ",
            f"Rows of table {overlap.table} ",
        }
    except NeverBroken as broken:
        return {f"Never {broken.invariant}: "}
    except AlwaysBroken as broken:
        return {f"Always {broken.entitlement}: "}
    if decision.status is Status.NO_RULE:
        return {f"Every case has a row in table {page.policy.tables[0].name}."}
    return {
        f"{trace.table}/{row};" for trace in decision.trace for row in trace.matched
    }


def claimed(report: Report) -> list[str]:
    dead = (f"{f.table}/{f.row};" for f in report.findings if f.kind in DEAD)
    return [*report.proved, *dead]


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_no_case_contradicts_what_was_proved(data: st.DataObject) -> None:
    page = read(data.draw(pages()))

    claims = claimed(check(page))

    for _ in range(20):
        case = data.draw(cases(page))
        denied = said_of(page, case)
        assert [c for c in claims if c.startswith(tuple(denied))] == []
