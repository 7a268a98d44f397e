"""Files beside an answer: streamed into the store, sent once, reached by their owner."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from evenhand.cases.models import Attachment, Case, Message
from evenhand.channels import blobs
from evenhand.channels.actions import uploads
from evenhand.channels.models import Outgoing, Upload
from evenhand.channels.queries.files import uploads_of
from evenhand.replies.actions import holding
from evenhand.replies.actions.sending import Answer
from evenhand.replies.models import Draft
from tests.given import (
    MONDAY,
    a_case,
    a_customer,
    a_message,
    an_order,
    limits,
    minutes,
    the,
)
from tests.replies.test_sending import CALM, LATER

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 a label"


@pytest.fixture(autouse=True)
def _on_monday(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "blobs"
    with time_machine.travel(MONDAY + minutes(30), tick=False):
        yield


@pytest.fixture
def mei(client: Client) -> Client:
    client.force_login(the("mei"))
    return client


@pytest.fixture
def case() -> Case:
    limits()
    customer = a_customer("Eva Novak")
    case = a_case(customer=customer, order=an_order(customer))
    a_message(case)
    return case


def attach(
    client: Client, case: Case, *files: tuple[str, bytes], script: bool = True
) -> Any:
    return client.post(
        reverse("desk:attach", args=[case.ref]),
        {
            "text": CALM,
            "files": [SimpleUploadedFile(name, content) for name, content in files],
        },
        headers={"X-Fragment": "1"} if script else {},
    )


def an_upload(case: Case, name: str = "label.pdf", content: bytes = PDF) -> Upload:
    file = uploads.Arrived(name, len(content), blobs.keep(content), content[:16])
    return uploads.add(case=case, file=file, by=the("mei"), at=MONDAY)


def send(client: Client, case: Case, *keys: int, **more: Any) -> Any:
    form = {"text": CALM, "token": "one-form", "file": list(keys), **more}
    return client.post(reverse("desk:send", args=[case.ref]), form)


def test_files_are_kept_beside_the_answer_under_plain_names(
    mei: Client, case: Case
) -> None:
    answer = attach(mei, case, ("退款 单.pdf", PDF), ("../ใบเสร็จ.txt", b"59"))

    kept = Upload.objects.order_by("pk")
    assert [(one.name, one.content_type, one.size) for one in kept] == [
        ("退款 单.pdf", "application/pdf", len(PDF)),
        ("ใบเสร็จ.txt", "text/plain", 2),
    ]
    assert blobs.read(kept[0].sha256) == PDF
    assert answer.status_code == 200
    assert f'value="{kept[0].pk}"' in answer.text
    assert "退款 单.pdf" in answer.text


def test_without_a_script_the_words_are_saved_and_the_page_comes_back(
    mei: Client, case: Case
) -> None:
    answer = attach(mei, case, ("label.pdf", PDF), script=False)

    assert answer["Location"] == f"/cases/{case.ref}/#composer"
    assert Draft.objects.get().text == CALM
    assert "label.pdf" in mei.get(f"/cases/{case.ref}/").text


def test_the_same_file_twice_lies_there_once(mei: Client, case: Case) -> None:
    attach(mei, case, ("label.pdf", PDF))
    attach(mei, case, ("label.pdf", PDF), ("copy.pdf", PDF))

    assert [one.name for one in Upload.objects.order_by("pk")] == [
        "label.pdf",
        "copy.pdf",
    ]
    assert len(list(blobs.store().kept())) == 1


def test_a_file_that_is_too_large_is_read_no_further_and_named(
    mei: Client, case: Case, settings: Settings
) -> None:
    settings.FILE_LARGEST = 70_000

    answer = attach(mei, case, ("film.mp4", b"m" * 200_000), ("label.pdf", PDF))

    assert [one.name for one in Upload.objects.all()] == ["label.pdf"]
    assert len(list(blobs.store().kept())) == 1
    assert list(blobs.drafts_folder().iterdir()) == []
    assert "film.mp4 is larger than 68.4" in answer.text


def test_no_more_files_and_bytes_than_an_answer_may_have(
    mei: Client, case: Case, settings: Settings
) -> None:
    settings.FILES_MOST, settings.FILES_LARGEST = 2, 100

    much = attach(mei, case, ("one.txt", b"1" * 60), ("two.txt", b"2" * 60))
    many = attach(mei, case, ("three.txt", b"3"), ("four.txt", b"4"))

    assert "two.txt was not attached" in much.text
    assert "four.txt was not attached: an answer may have 2 files" in many.text
    assert [one.name for one in Upload.objects.order_by("pk")] == [
        "one.txt",
        "three.txt",
    ]


def test_a_file_is_taken_away_by_its_owner_alone(
    mei: Client, case: Case, client: Client
) -> None:
    upload = an_upload(case)
    url = reverse("desk:detach", args=[case.ref, upload.pk])
    marta = Client()
    marta.force_login(the("marta"))

    assert marta.post(url).status_code == 404
    assert marta.get(f"/uploads/{upload.pk}/").status_code == 404
    assert Upload.objects.count() == 1
    assert b"".join(mei.get(f"/uploads/{upload.pk}/")) == PDF
    assert mei.post(url).status_code == 303
    assert Upload.objects.count() == 0


def test_the_files_leave_with_the_answer_whole_and_under_their_names(
    mei: Client, case: Case
) -> None:
    names = ["label.pdf", "退款 单.pdf", "ใบเสร็จ.txt", "领収書 (控).csv"]
    keys = [an_upload(case, name, PDF + name.encode()).pk for name in names]

    answer = send(mei, case, *keys)

    mail = message_from_bytes(bytes(Outgoing.objects.get().raw), policy=policy.default)
    parts = list(mail.iter_attachments())
    assert answer.status_code == 303
    assert [part.get_filename() for part in parts] == names
    assert [part.get_content_type() for part in parts] == ["application/pdf"] * 4
    assert [part.get_payload(decode=True) for part in parts] == [
        PDF + name.encode() for name in names
    ]
    assert "Thank you for telling me" in mail.get_body().get_content()  # type: ignore[union-attr]  # a mail of ours has one
    message = Message.objects.get(direction="out")
    assert [one.name for one in message.attachments.order_by("pk")] == names
    assert Upload.objects.count() == 0


def test_only_the_files_that_the_form_showed_go_along(mei: Client, case: Case) -> None:
    shown, later = an_upload(case), an_upload(case, "later.pdf", PDF + b"!")

    send(mei, case, shown.pk)

    assert [one.name for one in Attachment.objects.all()] == ["label.pdf"]
    assert [one.pk for one in Upload.objects.all()] == [later.pk]


@pytest.mark.parametrize("whose", ["gone", "marta", "another case"])
def test_an_answer_with_a_file_that_is_not_its_own_does_not_leave(
    mei: Client, case: Case, whose: str
) -> None:
    other = a_case() if whose == "another case" else case
    by = the("marta" if whose == "marta" else "mei")
    file = uploads.Arrived("label.pdf", len(PDF), blobs.keep(PDF), PDF)
    upload = uploads.add(case=other, file=file, by=by, at=MONDAY)
    key = upload.pk
    if whose == "gone":
        uploads.remove(upload=upload)

    answer = send(mei, case, key)

    assert answer.status_code == 422
    assert "a file beside the answer is gone" in answer.text
    assert CALM.splitlines()[0] in answer.text
    assert Outgoing.objects.count() == 0
    assert Message.objects.filter(direction="out").count() == 0
    assert Upload.objects.count() == (0 if whose == "gone" else 1)


def test_a_file_chosen_without_a_script_leaves_with_the_press_that_sends(
    mei: Client, case: Case
) -> None:
    send(mei, case, files=[SimpleUploadedFile("label.pdf", PDF)])

    assert [one.name for one in Attachment.objects.all()] == ["label.pdf"]
    assert b"label.pdf" in bytes(Outgoing.objects.get().raw)


def test_a_stranger_to_the_case_stores_nothing(case: Case) -> None:
    sam = Client()
    sam.force_login(the("sam"))

    answer = attach(sam, case, ("label.pdf", PDF))

    assert answer.status_code == 404
    assert not blobs.is_there(hashlib.sha256(PDF).hexdigest())


def test_files_that_an_answer_holds_come_back_when_it_is_taken_back(case: Case) -> None:
    upload, mei = an_upload(case), the("mei")

    uploads.reserve(case=case, keys=[upload.pk], by=mei, token="held")
    assert uploads_of(case, member=mei) == ()
    again = an_upload(case)
    uploads.release(token="held", to=mei)

    assert [one.pk for one in uploads_of(case, member=mei)] == [again.pk]
    with pytest.raises(uploads.FileGone):
        uploads.reserve(case=case, keys=[upload.pk], by=mei, token="held")


def test_who_takes_a_colleagues_answer_back_has_its_files_beside_the_words(
    case: Case,
) -> None:
    upload, mei, ada = an_upload(case), the("mei"), the("ada")
    held = holding.hold(
        case=case,
        answer=Answer(text=CALM, token="a-form", files=[upload.pk]),
        by=mei,
        at=LATER,
        leave_at=LATER + minutes(1),
        later=True,
    )

    holding.take_back(held=held, by=ada, at=LATER)

    assert [one.pk for one in uploads_of(case, member=ada)] == [upload.pk]
    assert uploads_of(case, member=mei) == ()
    assert Draft.objects.get(case=case).member == ada


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I have attached the return label."),
        ("en", "Please find the label attached."),
        ("zh", "退货标签请见附件。"),
        ("ja", "返品ラベルを添付いたします。"),
        ("th", "ดิฉันแนบใบคืนสินค้ามาด้วยค่ะ"),
    ],
)
def test_words_of_a_file_without_one_are_warned_of(
    mei: Client, case: Case, language: str, text: str
) -> None:
    Case.objects.filter(pk=case.pk).update(language=language)
    url = reverse("replies:check", args=[case.ref])

    without = mei.post(url, {"text": text}).context["composer"]
    an_upload(case)
    with_one = mei.post(url, {"text": text}).context["composer"]

    assert any(one.key.startswith("attachment-missing") for one in without.checks)
    assert not any("attachment" in one.key for one in with_one.checks)


@pytest.mark.parametrize(
    "text",
    [
        "The photo that you attached shows the seam.",
        "Thank you for your attachment.",
        "我看了您发来的附件。",
        "お送りいただいた添付写真を拝見しました。",
    ],
)
def test_the_customers_own_file_is_not_taken_for_ours(
    mei: Client, case: Case, text: str
) -> None:
    language = {"T": "en", "我": "zh", "お": "ja"}[text[0]]
    Case.objects.filter(pk=case.pk).update(language=language)

    page = mei.post(reverse("replies:check", args=[case.ref]), {"text": text})

    assert not any("attachment" in one.key for one in page.context["composer"].checks)
