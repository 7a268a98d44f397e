"""`evenhand policy fmt`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.policy.writing import a_text, facts, rules

LOOSE = a_text(facts("days|whole number|0 .. 30"), rules("id|give", "late|deny"))


def tidied(*arguments: str) -> str:
    out = StringIO()
    call_command("policy_fmt", *arguments, stdout=out)
    return out.getvalue()


def test_a_page_is_written_in_place_and_then_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(LOOSE, encoding="utf-8")

    first, second = tidied(str(page)), tidied(str(page))

    assert (first, second) == (f"{page} written\n", "")
    assert "| days | whole number | 0..30 |" in page.read_text("utf-8")


def test_check_names_the_pages_that_differ_and_writes_nothing(tmp_path: Path) -> None:
    loose, tidy = tmp_path / "loose.md", tmp_path / "tidy.md"
    loose.write_text(LOOSE, encoding="utf-8")
    tidy.write_text(LOOSE, encoding="utf-8")
    tidied(str(tidy))
    out = StringIO()

    with pytest.raises(CommandError, match="1 of 2 pages differ") as raised:
        call_command("policy_fmt", str(loose), str(tidy), "--check", stdout=out)

    assert raised.value.returncode == 1
    assert out.getvalue() == f"{loose} is not in the standard form\n"
    assert loose.read_text("utf-8") == LOOSE
    assert tidied(str(tidy), "--check") == ""


def test_one_page_that_cannot_be_read_stops_the_writing_of_all(tmp_path: Path) -> None:
    loose, broken = tmp_path / "loose.md", tmp_path / "broken.md"
    loose.write_text(LOOSE, encoding="utf-8")
    broken.write_text(LOOSE.replace("whole number", "hole number"), encoding="utf-8")

    with pytest.raises(CommandError, match="hole number is not a type") as raised:
        tidied(str(loose), str(broken))

    assert raised.value.returncode == 2
    assert loose.read_text("utf-8") == LOOSE


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_is_no_page_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "page.md"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=r"page\.md") as raised:
        tidied(str(path))

    assert raised.value.returncode == 2


def test_faults_are_told_in_the_language_of_the_page_or_in_that_asked_for(
    tmp_path: Path,
) -> None:
    page = tmp_path / "returns.md"
    page.write_text('+++\npolicy = "a"\nversion = "1"\nlanguage = "zh"\nno = 1\n+++\n')

    with pytest.raises(CommandError, match=r"第 5 行，第 1 列"):
        call_command("policy_fmt", page)
    with pytest.raises(CommandError, match="line 5, column 1"):
        call_command("policy_fmt", page, language="en")

    assert page.read_text().endswith("no = 1\n+++\n")
