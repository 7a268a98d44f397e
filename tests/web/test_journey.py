"""The ledger told as sentences: none is missing, and each reads well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

import evenhand
from evenhand.cases import actions as cases
from evenhand.ledger.models import Entry
from evenhand.ledger.queries import of_matter
from evenhand.web.desk.journey import SENTENCES, UNTOLD, journey_of, sentence_of
from tests.given import MONDAY, the
from tests.given_mail import a_filed, case_of, raw_mail

SOURCE = Path(evenhand.__file__).parent
RECORDED = re.compile(r'\bkind=(?:\(\s*)?"([a-z_]+\.[a-z_]+)"')
# What is recorded about people, orders, pages of policy and raw mail: no case's journey.
OF_NO_CASE = {
    "customer.added",
    "customer.address_bounced",
    "customer.address_works",
    "mail.waits",
    "limit.set",
    "mail.refused",
    "mail.set_aside",
    "mail.tried_again",
    "mailbox.asked",
    "mailbox.changed",
    "mailbox.connected",
    "mailbox.disconnected",
    "mailbox.failing",
    "mailbox.paused",
    "mailbox.recovered",
    "mailbox.refused",
    "mailbox.renumbered",
    "mailbox.resumed",
    "mailbox.signed_in",
    "mailbox.silent",
    "mailbox.stuck",
    "mailbox.unattended",
    "member.added",
    "member.ended",
    "member.language_chosen",
    "member.role_changed",
    "order.recorded",
    "policy.called_off",
    "policy.confirmed",
    "policy.draft_begun",
    "policy.draft_dropped",
    "policy.proposal_withdrawn",
    "policy.proposed",
    "policy.published",
    "policy.replay_asked",
    "policy.sent_back",
    "publishing.rule_set",
    "return.recorded",
    "sending.identity_added",
    "sending.identity_changed",
    "sending.identity_made_usual",
    "sending.identity_removed",
    "sending.key_made",
    "sending.server_added",
    "sending.server_changed",
    "sending.server_retired",
    "sending.signing_began",
    "sending.signing_ended",
    "team.added",
    "team.changed",
}


def an_entry(kind: str, actor: str = "system", **data: object) -> Entry:
    return Entry(
        kind=kind, subject="case:1", matter="case:1", actor=actor, at=MONDAY, data=data
    )


def test_every_kind_that_is_recorded_about_a_case_has_its_sentence() -> None:
    recorded = {
        kind
        for path in SOURCE.rglob("*.py")
        for kind in RECORDED.findall(path.read_text(encoding="utf-8"))
    }

    assert recorded == OF_NO_CASE | UNTOLD | set(SENTENCES)


@pytest.mark.django_db
def test_people_are_named_and_the_rest_is_the_desks() -> None:
    mei, noi = the("mei"), the("noi")
    entries = [
        an_entry("case.handed_over", mei.as_actor, to=noi.as_actor),
        an_entry("message.received", "customer:7"),
        an_entry("promise.late"),
        an_entry("reply.sent", mei.as_actor),
    ]

    steps = journey_of(entries, customer_name="Eva Novak")

    assert [(step.actor, step.sentence) for step in steps] == [
        ("Mei Chen", "Handed the case over to Noi Prasert"),
        ("Eva Novak", "Wrote to us"),
        ("The desk", "A promise has passed its time"),
    ]


def test_who_hands_a_case_to_oneself_took_it() -> None:
    entry = an_entry("case.handed_over", "member:7", to="member:7")

    assert sentence_of(entry, names={"member:7": "Noi Prasert"}) == "Took the case"


@pytest.mark.parametrize(
    ("amount", "said"),
    [("€20.00", "Decided: Refund · €20.00"), ("", "Decided: Repair")],
)
def test_a_decision_is_told_with_its_amount(amount: str, said: str) -> None:
    title = "Refund" if amount else "Repair"
    entry = an_entry("decision.made", title=title, amount=amount)

    assert sentence_of(entry, names={}) == said


def test_kinds_of_cases_are_said_in_words() -> None:
    entry = an_entry("case.kind_changed", **{"from": "request", "to": "complaint"})

    assert sentence_of(entry, names={}) == (
        "Changed the kind from Request to Complaint"
    )


def test_an_entry_of_another_version_is_shown_as_far_as_it_is_known() -> None:
    with translation.override("en"):
        without = sentence_of(an_entry("promise.made"), names={})
        unheard_of = sentence_of(an_entry("robot.greeted", name="R2"), names={})

    assert (without, unheard_of) == ("Promised: …", "robot.greeted")


def test_a_percent_sign_in_what_people_wrote_does_no_harm() -> None:
    entry = an_entry("issue.raised", title="100%s wool? %(actor)s")

    assert sentence_of(entry, names={}) == "Raised the point: 100%s wool? %(actor)s"


@pytest.mark.django_db
def test_who_really_wrote_is_named_and_not_the_customer_of_the_case() -> None:
    case = case_of(a_filed(raw_mail(message_id="first@mail.example")))
    cases.close_case(case=case, by=the("mei"), at=MONDAY)
    a_filed(
        raw_mail(
            sender="Eva Novak <otto@else.example>",
            subject="Re: The dress",
            message_id="second@else.example",
            headers="In-Reply-To: <first@mail.example>\n",
        )
    )

    steps = journey_of(of_matter(case.as_matter), customer_name="Eva Novak")

    assert [
        (step.kind, step.actor)
        for step in steps
        if step.kind in {"message.received", "case.opened_again"}
    ] == [
        ("message.received", "Eva Novak"),
        ("case.opened_again", "otto@else.example"),
        ("message.received", "otto@else.example"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["²", "٣", "9" * 30, "", "2x"])
def test_words_that_look_like_a_member_are_told_as_they_were_written(key: str) -> None:
    entry = an_entry("issue.raised", title=f"member:{key}")

    (step,) = journey_of([entry], customer_name="Eva Novak")

    assert step.sentence == f"Raised the point: member:{key}"
