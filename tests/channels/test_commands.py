"""The mail commands speak JSON, line by line."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evenhand.cases.models import Case, Message
from tests import given
from tests.given_mail import raw_mail

pytestmark = pytest.mark.django_db


def ingest(*files: Path) -> list[dict[str, object]]:
    out = StringIO()
    call_command("mail_ingest", *map(str, files), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_ingesting_a_mail_makes_a_case_and_again_changes_nothing(
    tmp_path: Path,
) -> None:
    given.a_team()
    file = tmp_path / "a.eml"
    file.write_bytes(raw_mail())

    first, again = ingest(file), ingest(file)

    message = Message.objects.get()
    line = {"file": str(file), "message": message.pk, "case": message.case.ref}
    assert first == [line | {"new": True, "set_aside": None}]
    assert again == [line | {"new": False, "set_aside": None}]
    assert Case.objects.count() == 1


def test_ingesting_says_why_a_mail_was_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(b"\n\n")

    assert ingest(file) == [
        {
            "file": str(file),
            "message": None,
            "case": None,
            "new": False,
            "set_aside": "empty",
        }
    ]


def test_ingesting_an_mbox_files_each_mail(tmp_path: Path) -> None:
    given.a_team()
    mails = [raw_mail(text=text).replace(b"\r\n", b"\n") for text in ("one", "two")]
    file = tmp_path / "box.mbox"
    mark = b"From eva@mail.example Mon Nov 16 09:00:00 2026\n"
    file.write_bytes(b"\n".join(mark + mail for mail in mails))

    lines = ingest(file)

    assert [line["new"] for line in lines] == [True, True]
    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == [
        "one",
        "two",
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        ingest(tmp_path / "none.eml")


def speak(command: str, lines: str) -> list[object]:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", command],
        input=lines,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_parsing_and_sanitising_answer_a_line_with_a_line(tmp_path: Path) -> None:
    mail = tmp_path / "a.eml"
    mail.write_bytes(raw_mail(text="Hi\n\n-- \nEva"))

    parsed = speak("mail_parse", f"{mail}\tmessage\n{tmp_path}/none\tmessage\n")

    assert isinstance(parsed[0], dict)
    assert parsed[0]["from"] == "eva@mail.example"
    assert parsed[0]["reply_text"] == "Hi"
    assert isinstance(parsed[1], dict)
    assert "No such file" in parsed[1]["error"]
    safe = speak("mail_sanitise", json.dumps("<script>x</script><p>Hi\n</p>") + "\n")
    assert safe == ["<p>Hi\n</p>"]


def test_every_line_is_answered_whatever_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good = tmp_path / "a.eml"
    good.write_bytes(raw_mail())
    lines = f"{tmp_path}/no\0name\tmessage\n{tmp_path}/none\tmessage\n{good}\tmessage\n"
    monkeypatch.setattr(sys, "stdin", StringIO(lines))
    out = StringIO()

    call_command("mail_parse", stdout=out)

    odd, missing, read = map(json.loads, out.getvalue().splitlines())
    assert odd == {"error": "ValueError: embedded null byte"}
    assert "No such file" in missing["error"]
    assert read["from"] == "eva@mail.example"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_line_that_is_no_json_is_answered_with_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO('nonsense\n"<b>bold</b>"\n'))
    out = StringIO()

    call_command("mail_sanitise", stdout=out)

    assert out.getvalue().splitlines() == ['""', '"<b>bold</b>"']
    assert len(caplog.records) == 1
