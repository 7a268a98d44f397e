"""`evenhand A B` runs the command A_B; what goes wrong is one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from evenhand.web import command
from tests.serving.processes import SOURCE, environment, evenhand


def test_words_are_parted_into_the_longest_command_and_the_rest() -> None:
    known = {"mail": "room", "mail ingest": "room", "demo send mail": "room"}

    assert command.parted(["mail", "ingest", "a.eml"], known) == (
        "mail ingest",
        ["a.eml"],
    )
    assert command.parted(["mail", "--all"], known) == ("mail", ["--all"])
    assert command.parted(["demo", "send-mail"], known) == ("demo send mail", [])


def test_an_unknown_command_names_the_nearest() -> None:
    with pytest.raises(command.UnknownCommand) as unknown:
        command.parted(["mail", "injest", "x"], {"mail ingest": "r", "serve": "r"})

    assert str(unknown.value) == (
        "there is no command 'mail injest x'. Did you mean: mail ingest?"
        " `evenhand help` lists them all."
    )
    assert unknown.value.returncode == 2


def test_help_lists_every_command_of_ours_with_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = command.run([])

    listed = capsys.readouterr().out
    assert status == 0
    for name in command.known_commands():
        (line,) = [row for row in listed.splitlines() if row.startswith(f"  {name}  ")]
        assert line.rstrip().endswith(".")
        assert len(line) > len(name) + 10


def test_a_command_tells_its_options() -> None:
    done = evenhand("help", "worker", env={**os.environ, "PYTHONPATH": str(SOURCE)})

    assert done.returncode == 0
    assert done.stdout.startswith("usage: evenhand worker ")
    assert "--instead-of PID" in done.stdout
    assert "--settings" not in done.stdout


def test_a_database_that_does_not_answer_is_named_with_what_it_said(
    tmp_path: Path,
) -> None:
    env = {
        "PYTHONPATH": str(SOURCE),
        "EVENHAND_DATA_FOLDER": str(tmp_path),
        "EVENHAND_DATABASE_URL": "postgres://mei:secret@127.0.0.1:1/desk",
    }

    done = evenhand("worker", env=env)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("evenhand: the database desk at 127.0.0.1 does not")
    assert "Connection refused" in done.stderr
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.django_db(transaction=True)
def test_check_says_that_all_is_well_and_migrate_may_run_again() -> None:
    env = environment()

    migrated = evenhand("migrate", env=env)
    checked = evenhand("check", env=env)

    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert "No migrations to apply." in migrated.stdout
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.endswith(
        "The settings are sound; the database answers and is up to date.\n"
    )


def test_a_reader_that_has_enough_ends_a_command_without_a_word() -> None:
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [sys.executable, "-m", "evenhand", "help"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (141, b"")
