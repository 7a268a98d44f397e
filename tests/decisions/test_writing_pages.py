"""The editor: what is wrong is told with its place, what is written is not lost."""

from __future__ import annotations

from typing import Any

import pytest

from evenhand.decisions import actions
from evenhand.decisions.models import PolicyDraft
from evenhand.decisions.shipped import shipped_pages
from tests import given, given_decisions
from tests.decisions.refusing import everybody_is_there, nothing_changed, signed_in
from tests.given_decisions import published, small_page
from tests.given_drafts import a_draft, checked, proposed, two_people_are_needed

pytestmark = pytest.mark.django_db
FAULTY = small_page().replace("broken yes", "broken maybe")


@pytest.fixture(autouse=True)
def _cast() -> None:
    everybody_is_there()


def begun(start: str, **more: str) -> PolicyDraft:
    response = signed_in("marta").post("/policies/new/", {"start": start, **more})
    assert response.status_code == 303
    return PolicyDraft.objects.latest("pk")


def posted(draft: PolicyDraft, verb: str, **form: object) -> Any:
    data = {"text": draft.text, "revision": draft.revision, **form}
    return signed_in("marta").post(f"/policies/drafts/{draft.pk}/{verb}", data)


def test_a_page_begins_small_and_sound() -> None:
    draft = begun("blank")

    assert (draft.policy, draft.based_on) == ("my-returns", None)
    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/").content.decode()
    assert "no fault" in page
    assert "all 4 hold" in page


@pytest.mark.parametrize("page", [page.name for page in shipped_pages()])
def test_a_page_begins_with_one_that_comes_with_the_desk(page: str) -> None:
    draft = begun(f"shipped:{page}")

    assert draft.policy == page


def test_a_shipped_page_whose_name_is_taken_gets_another() -> None:
    given_decisions.a_page("returns")

    draft = begun("shipped:returns")

    assert draft.policy == "returns-2"


def test_the_next_version_begins_with_the_latest_text_and_the_first_free_day() -> None:
    latest = published(small_page(begins="2999-01-01"))

    draft = begun("next:small")

    assert draft.based_on == latest
    assert "from = 2999-01-02" in draft.text
    assert 'version = "1"' not in draft.text


def test_a_page_begins_with_a_text_of_ones_own() -> None:
    draft = begun("pasted", pasted=small_page().replace("\n", "\r\n"))

    assert draft.text == small_page()


@pytest.mark.parametrize("start", ["blank", "shipped:returns", "pasted"])
def test_a_text_that_was_pasted_is_not_lost_whatever_else_is_ticked(start: str) -> None:
    draft = begun(start, pasted=small_page())

    assert (draft.policy, draft.text) == ("small", small_page())


def test_an_empty_text_of_ones_own_is_asked_for_again() -> None:
    with nothing_changed():
        response = signed_in("marta").post("/policies/new/", {"start": "pasted"})

    assert response.status_code == 422
    assert "Paste the text of a page." in response.content.decode()


def test_a_fault_is_told_with_its_place_and_what_to_write() -> None:
    lines = FAULTY.split("\n")
    line = next(n for n, words in enumerate(lines, 1) if "maybe" in words)
    draft = a_draft(FAULTY)

    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/").content.decode()

    column = lines[line - 1].index("maybe") + 1
    assert f'data-goto="{line}:{column}"' in page
    assert f"Line {line}, column {column}" in page
    assert "write yes or no" in page


def test_what_is_being_written_is_checked_and_not_kept() -> None:
    draft = a_draft(small_page())

    with nothing_changed():
        response = posted(draft, "check/", text=FAULTY)

    assert response.status_code == 200
    assert "write yes or no" in response.content.decode()


def test_an_example_that_does_not_hold_says_what_was_answered() -> None:
    text = small_page() + (
        "\n## Examples\n\n| given | expect |\n|---|---|\n| broken yes; price 1.00 | S-2 |\n"
    )
    draft = a_draft(text)

    page = posted(draft, "check/").content.decode()

    assert "1 does not hold" in page
    assert "expected S-2, got S-1" in page


def test_saving_answers_with_the_revision_to_write_on() -> None:
    draft = a_draft(small_page())

    response = posted(draft, "save/", text=FAULTY)

    draft.refresh_from_db()
    assert (response.status_code, response["X-Revision"]) == (204, "2")
    assert draft.text == FAULTY


def test_the_second_of_two_who_write_is_told_and_keeps_his_words() -> None:
    draft = a_draft(small_page())
    actions.keep_draft(
        draft=draft,
        text=small_page(version="2"),
        revision=1,
        by=given.the("ada"),
        at=given.MONDAY,
    )

    with nothing_changed():
        response = posted(draft, "save/", text=small_page(version="mine"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "Ada Okafor has kept another text of this page" in page
    copied = posted(draft, "copy/", text=small_page(version="mine"))
    mine = PolicyDraft.objects.latest("pk")
    assert copied.status_code == 303
    assert mine.text == small_page(version="mine")
    assert (mine.begun_by, mine.pk != draft.pk) == (given.the("marta"), True)


def test_without_a_script_saving_is_a_form_and_a_conflict_keeps_the_words() -> None:
    draft = a_draft(small_page())

    saved = posted(draft, "", text=FAULTY)
    again = posted(draft, "", text=small_page(version="mine"))

    assert (saved.status_code, again.status_code) == (303, 409)
    assert "version = &quot;mine&quot;" in again.content.decode()
    draft.refresh_from_db()
    assert draft.text == FAULTY


def test_the_format_button_writes_the_page_as_pages_are_written() -> None:
    draft = a_draft(small_page().replace("| broken | yes/no |", "|broken|yes/no|"))

    posted(draft, "", format="1")

    draft.refresh_from_db()
    assert draft.revision == 2
    assert "|broken|" not in draft.text


def test_a_page_that_cannot_be_read_is_not_formatted() -> None:
    draft = a_draft(FAULTY)

    with nothing_changed():
        response = posted(draft, "", format="1")

    assert response.status_code == 422
    assert "It is formatted once it can be read" in response.content.decode()


def test_a_past_case_is_answered_by_both_texts_side_by_side() -> None:
    old = published(small_page())
    issue = given_decisions.a_small_issue()
    mei = given.the("mei")
    given_decisions.found(issue, mei, broken=True)
    decision = actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
    stricter = small_page(version="2").replace(
        "broken yes", "broken yes; price > 200.00"
    )
    draft = a_draft(stricter.replace("from = 2026", "from = 2027"), based_on=old)

    page = posted(draft, "check/", case=decision.pk).content.decode()

    assert "another answer" in page
    assert "small 1" in page
    assert "S-1: Price is €129.00, not &gt; 200.00" in page
    shown = signed_in("marta").get(f"/policies/drafts/{draft.pk}/?case={decision.pk}")
    assert "another answer" in shown.content.decode()


@pytest.mark.parametrize("case", ["0", "x", "²", "9" * 30])
def test_a_case_that_there_is_not_is_no_preview(case: str) -> None:
    draft = a_draft(small_page())

    assert posted(draft, "check/", case=case).status_code == 200


def test_the_proof_is_shown_once_its_job_is_done() -> None:
    draft = a_draft(small_page())
    client = signed_in("marta")

    waiting = client.get(f"/policies/drafts/{draft.pk}/findings/").content.decode()
    checked(draft)
    done = client.get(f"/policies/drafts/{draft.pk}/findings/").content.decode()

    assert "data-poll" in waiting
    assert "data-poll" not in done


def test_a_draft_is_laid_aside_from_its_page() -> None:
    draft = a_draft(small_page())

    response = posted(draft, "drop/")

    draft.refresh_from_db()
    assert (response.status_code, draft.state) == (303, "dropped")
    assert posted(draft, "save/", text="more").status_code == 409


def test_a_draft_is_listed_by_its_title_in_the_readers_language() -> None:
    a_draft(small_page().replace("+++\n\n#", '[titles]\nth = "เรื่องเล็ก"\n+++\n\n#', 1))
    marta = given.the("marta")
    marta.language = "th"
    marta.save()

    listed = signed_in("marta").get("/policies/").content.decode()

    assert "เรื่องเล็ก" in listed


def test_the_list_shows_what_is_in_the_making_to_those_who_may_publish() -> None:
    a_draft(small_page())

    assert "In the making" in signed_in("marta").get("/policies/").content.decode()
    assert "In the making" not in signed_in("mei").get("/policies/").content.decode()


@pytest.mark.parametrize("person", ["mei", "oscar"])
def test_only_who_may_publish_sees_the_editor(person: str) -> None:
    draft = a_draft(small_page())
    client = signed_in(person)

    with nothing_changed():
        assert client.get("/policies/new/").status_code == 403
        assert client.get(f"/policies/drafts/{draft.pk}/").status_code == 403
        assert client.post("/policies/new/", {"start": "blank"}).status_code == 403


def test_a_page_is_proved_also_while_an_example_does_not_hold() -> None:
    gap = small_page().replace("| S-3 | |", "| S-3 | price > 10.00 |")
    wrong = "\n## Examples\n\n| given | expect |\n|---|---|\n| broken yes | S-2 |\n"
    draft = checked(a_draft(gap + wrong))

    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/findings/")
    told = page.content.decode()

    assert "No row of table entitlement covers this case" in told
    assert "expected S-2" not in told


def test_a_text_of_more_lines_than_any_page_is_shown_with_the_first_ones_numbered() -> (
    None
):
    draft = a_draft("\n" * 20_000)

    page = signed_in("marta").get(f"/policies/drafts/{draft.pk}/").content.decode()

    assert "<span>5000</span>" in page
    assert "<span>5001</span>" not in page


def test_a_page_that_waits_does_not_say_that_it_keeps_what_is_written() -> None:
    two_people_are_needed()
    writing, waiting = (
        a_draft(small_page()),
        proposed(a_draft(small_page(policy="waiting"))),
    )

    said = [
        signed_in("marta").get(f"/policies/drafts/{draft.pk}/").content.decode()
        for draft in (writing, waiting)
    ]

    kept = "What you write is saved as you go."
    assert [kept in page for page in said] == [True, False]
    assert ['aria-describedby="editor-help"' in page for page in said] == [True, False]
