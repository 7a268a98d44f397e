"""A mail to a third party waits as an answer does: undone as if never sent, or it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from evenhand.cases.actions import CaseMerged
from evenhand.cases.models import (
    Case,
    Message,
    SideConversation,
    SideFile,
    SideMessage,
)
from evenhand.channels import blobs
from evenhand.channels.actions import side_holding, side_mail, uploads
from evenhand.channels.actions.side_checks import Aside, box_of
from evenhand.channels.actions.waiting import NotAhead, TooLate
from evenhand.channels.models import (
    FileScan,
    HeldAside,
    HeldState,
    Outgoing,
    ScanState,
    SendingIdentity,
    Upload,
)
from evenhand.channels.queries import waiting
from evenhand.channels.queries.files import uploads_of
from evenhand.channels.tasks import let_aside_leave
from evenhand.customers.models import Identity, IdentityKind
from evenhand.jobs.models import Job, State
from evenhand.ledger.queries import of_matter
from tests import given
from tests.given_mail import a_filed, case_of, raw_mail
from tests.given_merges import merged
from tests.given_sides import CARRIER, an_aside, answered, asked
from tests.web.world import everything

pytestmark = pytest.mark.django_db

LATER = given.MONDAY + given.minutes(30)
UNDO = timedelta(seconds=10)
THEN = LATER + UNDO
TOMORROW = LATER + timedelta(days=1)


@pytest.fixture
def case() -> Case:
    given.the("mei")
    return case_of(a_filed(raw_mail(message_id="first@mail.example")))


def hold(
    case: Case,
    aside: Aside | None = None,
    *,
    side: SideConversation | None = None,
    leave_at: datetime = THEN,
    later: bool = False,
) -> HeldAside:
    return side_holding.hold(
        case=case,
        side=side,
        aside=aside or an_aside(),
        by=given.the("mei"),
        at=LATER,
        leave_at=leave_at,
        later=later,
    )


def leave(held: HeldAside, *, at: datetime | None = None) -> SideMessage | None:
    return side_holding.let_leave(held_pk=held.pk, at=at or held.leave_at)


def returned(held: HeldAside) -> str:
    held.refresh_from_db()
    assert (held.state, held.message) == (HeldState.RETURNED, None)
    return held.reason


def a_label(case: Case, side: SideConversation | None = None) -> Upload:
    file = uploads.Arrived("label.pdf", 5, blobs.keep(b"%PDF-"), b"%PDF-")
    mei = given.the("mei")
    return uploads.add(case=case, file=file, by=mei, at=LATER, box=box_of(side))


def test_what_waits_is_in_no_conversation_and_nothing_left(case: Case) -> None:
    before = everything()

    hold(case)

    after = everything()
    new = {name for name in after if after[name] != before[name]}
    assert new == {"channels.heldaside", "jobs.job", "ledger.entry"}
    assert [entry.kind for entry in of_matter(case.as_matter)][-1] == "side.held"


def test_at_its_time_its_job_lets_leave_what_was_on_the_page(case: Case) -> None:
    held = hold(case)
    job = Job.objects.get(task=let_aside_leave.module_path)

    early = leave(held, at=LATER)
    message = leave(held)

    assert (job.run_at, job.arguments) == (THEN, {"held_pk": held.pk})
    assert early is None
    assert message is not None
    held.refresh_from_db()
    assert (held.state, held.message, held.ended_at) == (HeldState.LEFT, message, THEN)
    assert (message.text, message.said_at) == ("Where is parcel 4711?", THEN)
    assert message.side.subject == "Parcel 4711"
    assert Outgoing.objects.get(side_message=message).recipients == [CARRIER]
    assert leave(held) is None
    assert SideMessage.objects.count() == 1


def test_undo_brings_words_choices_and_files_to_whoever_takes_it_back(
    case: Case,
) -> None:
    label, ada = a_label(case), given.the("ada")
    held = hold(case, replace(an_aside(), uploads=(label.pk,)))
    assert uploads_of(case, member=given.the("mei"), box=box_of(None)) == ()

    side_holding.take_back(held=held, by=ada, at=LATER)

    back = waiting.brought_back(case, None, member=ada)
    assert back == held
    assert side_holding.aside_of(held) == replace(
        an_aside(), uploads=[label.pk], files=[]
    )
    assert [one.pk for one in uploads_of(case, member=ada, box=box_of(None))] == [
        label.pk
    ]
    assert leave(held) is None
    assert not SideConversation.objects.exists()
    assert not Outgoing.objects.exists()


def test_words_that_came_back_are_used_up_by_the_next_mail(case: Case) -> None:
    mei = given.the("mei")
    held = hold(case)
    side_holding.take_back(held=held, by=mei, at=LATER)

    hold(case, an_aside(form="another-form"))

    assert waiting.brought_back(case, None, member=mei) is None


def test_undo_after_it_left_is_too_late_and_changes_nothing(case: Case) -> None:
    held = hold(case)
    leave(held)
    before = everything()

    with pytest.raises(TooLate):
        side_holding.take_back(held=held, by=given.the("mei"), at=THEN)

    assert everything() == before


def test_the_same_form_twice_holds_one_mail_and_elsewhere_none(case: Case) -> None:
    other = given.a_case()
    first, second = hold(case), hold(case)
    before = everything()

    with pytest.raises(side_holding.FormOfAnother):
        hold(other)

    assert first == second
    assert everything() == before


def test_a_second_mail_of_one_conversation_waits_for_the_first(case: Case) -> None:
    side = asked(case).side
    hold(case, an_aside(form="second"), side=side)
    before = everything()

    with pytest.raises(side_holding.AnotherWaits):
        hold(case, an_aside(form="third"), side=side)

    assert everything() == before


@pytest.mark.parametrize(
    ("aside", "refusal"),
    [
        (an_aside(to="eva@mail.example"), side_mail.ToTheCustomer),
        (an_aside(text="She is eva@mail.example"), side_mail.TellsTheAddress),
        (an_aside(text=" "), side_mail.NothingToSay),
        (replace(an_aside(), uploads=(99,)), side_mail.FilesGone),
    ],
)
def test_what_could_not_leave_now_is_not_held_either(
    case: Case, aside: Aside, refusal: type[Exception]
) -> None:
    before = everything()

    with pytest.raises(refusal):
        hold(case, aside)

    assert everything() == before


def test_a_chosen_time_must_be_ahead_and_can_be_changed(case: Case) -> None:
    mei = given.the("mei")
    with pytest.raises(NotAhead):
        hold(case, leave_at=LATER, later=True)
    held = hold(case, leave_at=TOMORROW, later=True)

    with pytest.raises(NotAhead):
        side_holding.change_time(held=held, leave_at=LATER - UNDO, by=mei, at=LATER)
    side_holding.change_time(held=held, leave_at=LATER, by=mei, at=LATER)

    assert leave(held, at=LATER) is not None


def test_a_merged_case_holds_no_first_mail(case: Case) -> None:
    merged(case, into=given.a_case(customer=case.customer))
    case.refresh_from_db()
    before = everything()

    with pytest.raises(CaseMerged):
        hold(case)

    assert everything() == before


def test_a_file_from_the_desk_goes_with_it_and_with_nothing_else(case: Case) -> None:
    label, mei = a_label(case), given.the("mei")
    assert uploads_of(case, member=mei) == ()
    with pytest.raises(uploads.FileGone):
        uploads.take(case=case, keys=[label.pk], by=mei)

    message = leave(hold(case, replace(an_aside(), uploads=(label.pk,))))

    assert message is not None
    file = SideFile.objects.get(message=message)
    assert (file.name, file.content_type, file.size) == (
        "label.pdf",
        "application/pdf",
        5,
    )
    raw = bytes(Outgoing.objects.get(side_message=message).raw)
    assert b'filename="label.pdf"' in raw
    assert not Upload.objects.exists()
    assert not Message.objects.filter(attachments__isnull=False).exists()


def test_a_file_of_one_conversation_is_not_in_another(case: Case) -> None:
    side, mei = asked(case).side, given.the("mei")
    label = a_label(case, side)

    with pytest.raises(side_mail.FilesGone):
        hold(case, replace(an_aside(form="new"), uploads=(label.pk,)))

    assert uploads_of(case, member=mei, box=box_of(None)) == ()
    assert uploads_of(case, member=mei, box=box_of(side)) == (label,)


def test_it_returns_where_the_third_party_wrote_meanwhile(case: Case) -> None:
    first = asked(case)
    held = hold(
        case, an_aside(form="second"), side=first.side, leave_at=TOMORROW, later=True
    )
    answered(first, at=LATER)

    count = side_holding.return_overtaken(at=LATER)

    assert (count, returned(held)) == (1, "third_party_wrote")
    assert waiting.asides_returned(given.the("mei")) == [held]
    assert leave(held) is None


def test_it_returns_where_its_address_became_the_customers(case: Case) -> None:
    held = hold(case, leave_at=TOMORROW, later=True)
    Identity.objects.create(
        customer=case.customer, kind=IdentityKind.EMAIL, value=CARRIER
    )

    assert leave(held) is None

    assert returned(held) == "recipients"


def test_it_returns_where_another_letter_would_leave(case: Case) -> None:
    held = hold(case, leave_at=TOMORROW, later=True)
    SendingIdentity.objects.create(from_name="Another shop")

    assert leave(held) is None

    assert returned(held) == "changed"
    assert not Outgoing.objects.exists()


def test_it_leaves_under_the_name_that_was_chosen_or_not_at_all(case: Case) -> None:
    usual = SendingIdentity.objects.create(from_name="Shop", is_usual=True)
    other = SendingIdentity.objects.create(from_name="Returns", is_usual=False)
    held = hold(case, replace(an_aside(), name=other.pk))
    gone = hold(case, replace(an_aside(form="second"), name=usual.pk))
    usual.delete()

    message = leave(held)

    assert leave(gone) is None
    assert returned(gone) == "changed"
    raw = bytes(Outgoing.objects.get(side_message=message).raw)
    assert b"From: Returns <" in raw
    before = everything()
    with pytest.raises(side_mail.NameGone):
        hold(case, replace(an_aside(form="third"), name=usual.pk or 0))
    assert everything() == before


def test_it_returns_with_its_file_where_the_scanner_found_something(
    case: Case,
) -> None:
    label, mei = a_label(case), given.the("mei")
    held = hold(case, replace(an_aside(), uploads=(label.pk,)))
    FileScan.objects.update_or_create(
        sha256=label.sha256,
        defaults={"state": ScanState.INFECTED, "finding": "Eicar", "asked_at": LATER},
    )

    assert leave(held) is None

    assert returned(held) == "files"
    assert uploads_of(case, member=mei, box=box_of(None)) == (label,)


def test_it_returns_where_the_case_was_merged_and_its_words_are_found_there(
    case: Case,
) -> None:
    held = hold(case, leave_at=TOMORROW, later=True)
    home = given.a_case(customer=case.customer)
    merged(case, into=home)

    side_holding.return_overtaken(at=LATER)

    assert returned(held) == "merged"
    assert waiting.brought_back(home, None, member=given.the("mei")) == held


def test_a_mail_whose_job_died_leaves_all_the_same(case: Case) -> None:
    hold(case)
    Job.objects.update(state=State.DEAD)

    early = side_holding.take_up_again(at=THEN + given.minutes(1))
    late = side_holding.take_up_again(at=THEN + given.minutes(3))

    assert (early, late) == (0, 1)
