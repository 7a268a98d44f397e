"""A file that cannot be read is named with the reason, in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.given_decisions import small_page

COMMANDS = {
    "policy_check": (),
    "policy_decide": ("--facts", "-"),
    "policy_export": ("--as", "dmn"),
    "policy_fmt": (),
    "policy_import": ("--as", "zen"),
    "policy_publish": (),
}


def first_line(error: CommandError) -> str:
    """Without what `policy publish` adds: that nothing was published."""
    return str(error).split("\n")[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_missing_file_is_named_with_the_reason(command: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing.md"

    with pytest.raises(CommandError) as refused:
        call_command(command, str(missing), *COMMANDS[command])

    assert first_line(refused.value) == f"{missing}: No such file or directory"
    assert refused.value.returncode == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_is_no_text_is_named_with_its_byte(
    command: str, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.md"
    picture.write_bytes(b"ab\xff")

    with pytest.raises(CommandError) as refused:
        call_command(command, str(picture), *COMMANDS[command])

    assert first_line(refused.value) == f"{picture}: it is not text in UTF-8 (byte 3)"
    assert refused.value.returncode == 2


def test_a_file_that_cannot_be_written_is_named_in_place_of_the_page(
    tmp_path: Path,
) -> None:
    page, target = tmp_path / "small.md", tmp_path / "nowhere" / "small.dmn"
    page.write_text(small_page(), encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        call_command("policy_export", str(page), "--as", "dmn", "--to", str(target))

    assert str(refused.value) == f"{target}: No such file or directory"
