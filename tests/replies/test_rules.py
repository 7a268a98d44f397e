"""What holds an answer back, and what only advises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from evenhand.coach.rules.context import FoundFault, Severity
from evenhand.kernel.money import Money
from evenhand.replies.rules import Proposal, Recipients, judge, key_of

RULES = st.sampled_from(["figures-differ", "blame", "stalling", "no-specifics"])
FAULTS = st.lists(
    st.builds(
        FoundFault,
        rule=RULES,
        number=st.just("L00"),
        severity=st.sampled_from(Severity),
        start=st.just(0),
        end=st.just(1),
        what=st.just(""),
        advice=st.just(""),
    )
)


def a_fault(severity: Severity, rule: str = "blame") -> FoundFault:
    return FoundFault(rule, "L06", severity, 0, 1, "", "")


@given(FAULTS, st.frozensets(RULES), st.booleans())
def test_every_fault_is_judged_once(
    faults: list[FoundFault], confirmed: frozenset[str], overridden: bool
) -> None:
    judged = judge(faults, confirmed=confirmed, overridden=overridden)

    parts = [*judged.blocking, *judged.unconfirmed, *judged.accepted]
    assert sorted(parts, key=id) == sorted(faults, key=id)


@given(FAULTS, st.frozensets(RULES))
def test_confirming_never_lifts_a_block(
    faults: list[FoundFault], confirmed: frozenset[str]
) -> None:
    judged = judge(faults, confirmed=confirmed, overridden=False)

    assert list(judged.blocking) == [
        fault for fault in faults if fault.severity is Severity.BLOCK
    ]


def test_an_override_lifts_blocks_and_no_errors() -> None:
    block, error = a_fault(Severity.BLOCK, "figures-differ"), a_fault(Severity.ERROR)

    judged = judge([block, error], confirmed=(), overridden=True)

    assert (judged.blocking, judged.unconfirmed) == ((), (error,))
    assert judged.accepted == (block,)


def test_a_faults_key_is_its_rule_and_its_words() -> None:
    def blaming(**words: str) -> FoundFault:
        return replace(a_fault(Severity.ERROR), params=words)

    assert key_of(blaming()) == "blame"
    assert key_of(blaming(words="your own fault")) == key_of(
        replace(blaming(words="your own fault"), start=40)
    )
    assert key_of(blaming(words="your own fault")) != key_of(
        blaming(words="you should have")
    )


def test_warnings_and_hints_hold_nothing_back() -> None:
    faults = [a_fault(Severity.WARN), a_fault(Severity.INFO)]

    judged = judge(faults, confirmed=(), overridden=False)

    assert judged.accepted == tuple(faults)


def test_a_promised_day_holds_until_its_end_where_the_team_is() -> None:
    bangkok = ZoneInfo("Asia/Bangkok")

    due_at = Proposal("ส่งคืน", date(2026, 11, 20), None).due_at(bangkok)

    assert due_at == datetime(2026, 11, 20, 16, 59, 59, tzinfo=UTC)


def test_a_promised_hour_is_that_hour() -> None:
    at = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)

    assert Proposal("Call you", at, None).due_at(ZoneInfo("Asia/Tokyo")) == at
    assert Proposal("Call you", None, None).due_at(ZoneInfo("UTC")) is None


def test_a_proposal_of_another_day_or_sum_has_another_key() -> None:
    day, money = date(2026, 11, 20), Money(5900, "EUR")
    one = Proposal("Refund it", day, money)

    assert one.key == Proposal("Refund it", day, money).key
    assert one.key != Proposal("Refund it", date(2026, 11, 21), money).key
    assert one.key != Proposal("Refund it", day, Money(5901, "EUR")).key


def test_only_addresses_of_the_case_are_copied() -> None:
    reach = Recipients(to=("eva@mail.example",), others=("son@mail.example",))

    assert reach.copied(()) == ()
    assert reach.copied(["son@mail.example", "press@paper.example"]) == (
        "son@mail.example",
    )
