"""The publishing page: what is in the way, what is meant, the second person."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.customers.models import Customer
from evenhand.decisions import actions
from evenhand.decisions.actions import replays
from evenhand.decisions.models import PolicyDraft, PolicyVersion, ReplayRun
from evenhand.decisions.rules.replays import Report
from evenhand.kernel.money import Money
from tests import given, given_decisions
from tests.decisions.refusing import everybody_is_there, nothing_changed, signed_in
from tests.given_decisions import published, small_page
from tests.given_drafts import (
    a_draft,
    checked,
    everything_meant,
    proposed,
    two_people_are_needed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def asked(
    draft: PolicyDraft, *, by: str = "marta", verb: str = "publish", **form: object
) -> Any:
    data = {"revision": draft.revision, "why": "We begin.", **form}
    return signed_in(by).post(f"/policies/drafts/{draft.pk}/{verb}/", data)


def granted(*, price: str, tier: str = "") -> None:
    """A broken dress of that price, of a customer of that group, is paid by version 1."""
    issue = given_decisions.a_small_issue(price=price)
    Customer.objects.filter(pk=issue.case.customer_id).update(tier=tier)
    mei = given.the("mei")
    given_decisions.found(issue, mei, broken=True)
    actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)


def replayed(cells: str) -> tuple[PolicyDraft, Report]:
    """Version 2 with these last cells of row S-1, and what its replay counted."""
    draft = a_draft(
        small_page(version="2", begins="2027-01-01").replace(
            "| S-1 | broken yes | upheld | refund | price |",
            f"| S-1 | broken yes | upheld | {cells} |",
        )
    )
    actions.ask_replay(draft=draft, by=given.the("marta"), at=given.MONDAY)
    run = ReplayRun.objects.get()
    replays.run_replay(run_pk=run.pk, now=lambda: given.MONDAY)
    run.refresh_from_db()
    return draft, Report.kept(run.report or {})


def test_a_sound_draft_is_published_from_its_page() -> None:
    draft = checked(a_draft(small_page()))

    response = asked(draft)

    assert response.status_code == 303
    assert response["Location"] == "/policies/small/?version=1"
    assert PolicyVersion.objects.get().why == "We begin."


def test_a_draft_whose_proof_is_under_way_is_not_published() -> None:
    draft = a_draft(small_page())

    with nothing_changed():
        response = asked(draft)

    assert response.status_code == 422
    assert "The checks of this text are not done yet." in response.content.decode()


def test_a_faulty_draft_says_where_it_can_be_mended() -> None:
    draft = checked(a_draft(small_page().replace("broken yes", "broken maybe")))

    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/publish/")

    assert "1 fault in the text or its examples." in page.content.decode()
    with nothing_changed():
        assert asked(draft).status_code == 422


def test_what_has_to_be_meant_is_ticked_first() -> None:
    old = published(small_page())
    draft = checked(a_draft(small_page(version="2", begins="2026-12-01"), based_on=old))

    with nothing_changed():
        refused = asked(draft)

    assert "It was not replayed: what it changes is not known." in (
        refused.content.decode()
    )
    done = asked(draft, meant=list(everything_meant(draft)))
    assert done.status_code == 303


def test_why_is_asked_for() -> None:
    draft = checked(a_draft(small_page()))

    with nothing_changed():
        assert asked(draft, why="").status_code == 422


def test_a_version_that_is_published_already_says_so() -> None:
    published(small_page(policy="small"))
    draft = checked(a_draft(small_page()))

    with nothing_changed():
        response = asked(draft, meant=list(everything_meant(draft)))

    assert "This version is published already" in response.content.decode()


def test_the_proposer_sees_that_it_waits_and_the_other_may_publish_it() -> None:
    two_people_are_needed()
    draft = checked(a_draft(small_page()))
    assert asked(draft)["Location"] == f"/policies/drafts/{draft.pk}/publish/"
    address = f"/policies/drafts/{draft.pk}/publish/"

    own = signed_in("marta").get(address).content.decode()
    other = signed_in("ada").get(address).content.decode()

    assert "It waits for a second person." in own
    assert f"/policies/drafts/{draft.pk}/answer/" not in own
    assert f"/policies/drafts/{draft.pk}/answer/" in other
    done = asked(draft, by="ada", verb="answer", granted="yes")
    assert done["Location"] == "/policies/small/?version=1"


def test_the_proposer_cannot_answer_by_a_form_of_his_own() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    with nothing_changed():
        response = asked(draft, verb="answer", granted="yes")

    assert response.status_code == 303
    page = signed_in("marta").get(response["Location"]).content.decode()
    assert "It waits for a second person." in page


def test_what_is_sent_back_says_why_on_the_editor() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    asked(draft, by="ada", verb="answer", granted="no", reason="Thirty, not three.")

    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/").content.decode()
    assert "Ada Okafor sent it back:" in page
    assert "Thirty, not three." in page


def test_a_proposal_is_taken_back_from_its_page() -> None:
    two_people_are_needed()
    draft = proposed(a_draft(small_page()))

    asked(draft, verb="withdraw")

    draft.refresh_from_db()
    assert draft.state == "writing"


def test_the_administrator_asks_for_a_second_person_from_the_list() -> None:
    answered = signed_in("ada").post("/policies/publishing/", {"second_person": "yes"})

    assert answered.status_code == 303
    page = signed_in("marta").get("/policies/").content.decode()
    assert "Two people publish a page" in page
    assert "An administrator can change that." in page
    with nothing_changed():
        refused = signed_in("marta").post(
            "/policies/publishing/", {"second_person": "no"}
        )
    assert refused.status_code == 403


def test_a_replay_is_asked_for_once_and_shown_when_it_is_done() -> None:
    published(small_page())
    draft = a_draft(small_page(version="2", begins="2027-01-01"))
    client = signed_in("marta")
    address = f"/policies/drafts/{draft.pk}/replay/"

    assert "Not replayed yet" in client.get(address).content.decode()
    client.post(address)
    client.post(address)

    run = ReplayRun.objects.get()
    assert (run.state, run.asked_by) == ("waiting", given.the("marta"))
    page = client.get(address).content.decode()
    assert "Waiting for its turn" in page
    assert f"/policies/drafts/{draft.pk}/replay/progress/" in page


def test_a_page_without_a_past_is_replayed_over_the_cases_of_another() -> None:
    published(small_page())
    issue = given_decisions.a_small_issue()
    mei = given.the("mei")
    given_decisions.found(issue, mei, broken=True)
    actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
    draft = a_draft(small_page(policy="stricter").replace("broken yes", "broken no"))
    client = signed_in("marta")
    address = f"/policies/drafts/{draft.pk}/replay/"

    assert "small (1)" in client.get(address).content.decode()
    client.post(address, {"of": "small"})
    run = ReplayRun.objects.get()
    replays.run_replay(run_pk=run.pk, now=lambda: given.MONDAY)

    run.refresh_from_db()
    assert (run.state, run.of, run.done, run.total) == ("done", "small", 1, 1)
    assert run.against == PolicyVersion.objects.get()
    report = Report.kept(run.report or {})
    (move,) = report.moves
    assert (move.name, move.other, move.cases, move.worse) == ("S-1", "?asks", 1, 0)
    assert report.asks == (("seal", 1),)
    # what would be asked first has no amount yet: nothing is saved by asking
    assert report.all.by_currency == ()
    page = client.get(address).content.decode()
    assert "would be asked first: Seal" in page
    assert "data-poll" not in page


def test_a_replay_counts_who_would_get_less_and_for_how_much_by_month() -> None:
    published(small_page())
    granted(price="100.00")
    granted(price="60.00")

    draft, report = replayed("refund | min(price, 80.00)")

    assert (report.all.cases, report.all.moved, report.all.worse) == (2, 1, 1)
    assert report.all.by_currency == (
        ("EUR", Money(16_000, "EUR"), Money(14_000, "EUR"), Money(-2_000, "EUR")),
    )
    assert [month.name for month in report.months] == ["2026-11"]
    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/replay/")
    told = " ".join(page.content.decode().split())
    assert "1 customer would get less. Together €20.00 less." in told


def test_a_replay_counts_who_gets_something_else_for_the_same_money() -> None:
    published(small_page())
    granted(price="100.00")

    draft, report = replayed("store_credit | price")

    (move,) = report.moves
    assert (move.name, move.other, move.cases, move.moved) == ("S-1", "S-1", 1, 1)
    assert (report.all.worse, report.all.cost) == (0, ())
    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/replay/")
    assert "the same row, another answer" in page.content.decode()


def test_a_replay_tells_each_group_of_customers_apart() -> None:
    published(small_page())
    granted(price="100.00", tier="gold")
    granted(price="90.00", tier="gold")
    granted(price="60.00")

    draft, report = replayed("refund | price > 80.00 ? 80.00 : 70.00")

    none, gold = report.groups
    assert (none.name, none.cases, none.worse, none.lost) == ("", 1, 0, ())
    assert none.cost == (Money(1_000, "EUR"),)
    assert (gold.name, gold.cases, gold.worse) == ("gold", 2, 2)
    assert (gold.lost, gold.cost) == (
        (Money(3_000, "EUR"),),
        (Money(-3_000, "EUR"),),
    )
    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/replay/")
    assert "in no group" in page.content.decode()


def test_a_replay_of_a_text_that_has_changed_says_so() -> None:
    draft = a_draft(small_page())
    actions.ask_replay(draft=draft, by=given.the("marta"), at=given.MONDAY)
    actions.keep_draft(
        draft=draft,
        text=small_page(version="2"),
        revision=1,
        by=given.the("marta"),
        at=given.MONDAY,
    )

    replays.run_replay(run_pk=ReplayRun.objects.get().pk, now=lambda: given.MONDAY)

    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/replay/")
    assert "The text was changed while it waited." in page.content.decode()


def test_a_replay_that_lost_its_worker_can_be_asked_for_again() -> None:
    draft = a_draft(small_page())
    actions.ask_replay(draft=draft, by=given.the("marta"), at=given.MONDAY)

    later = given.MONDAY + given.minutes(31)
    actions.ask_replay(draft=draft, by=given.the("marta"), at=later)

    states = ReplayRun.objects.order_by("pk").values_list("state", "error")
    assert list(states) == [("failed", "lost"), ("waiting", "")]
