"""A wrong setting stops the start and says its name, its problem and a good example."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.web.environment import (
    Environment,
    HostAndPort,
    WrongSetting,
    database,
    hosts_for,
    page_address,
)
from tests.serving.processes import SOURCE

NAME = "EVENHAND_IT"


def given_value(value: str) -> Environment:
    return Environment({NAME: value})


@pytest.mark.parametrize(
    ("value", "read", "message"),
    [
        (
            "perhaps",
            lambda e: e.yes_or_no(NAME, default=False),
            f"{NAME} is 'perhaps', neither yes nor no. For example: {NAME}=no",
        ),
        (
            "many",
            lambda e: e.whole_number(NAME, 4, least=1, most=9),
            f"{NAME} is 'many', not a whole number from 1 to 9. For example: {NAME}=4",
        ),
        (
            "10",
            lambda e: e.whole_number(NAME, 4, least=1, most=9),
            f"{NAME} is '10', not a whole number from 1 to 9. For example: {NAME}=4",
        ),
        (
            "٣",
            lambda e: e.whole_number(NAME, 4, least=1, most=9),
            f"{NAME} is '٣', not a whole number from 1 to 9. For example: {NAME}=4",
        ),
        (
            "loud",
            lambda e: e.one_of(NAME, "quiet", ("quiet", "silent")),
            f"{NAME} is 'loud', not one of quiet, silent. For example: {NAME}=quiet",
        ),
        (
            "8000",
            lambda e: e.address(NAME, "127.0.0.1:8000"),
            f"{NAME} is '8000', not host:port. For example: {NAME}=127.0.0.1:8000",
        ),
        (
            "host:70000",
            lambda e: e.address(NAME, "127.0.0.1:8000"),
            (
                f"{NAME} is 'host:70000', not host:port."
                f" For example: {NAME}=127.0.0.1:8000"
            ),
        ),
        (
            "ftp://shop.example",
            lambda e: e.url(NAME, "http://127.0.0.1:8000", ("http", "https")),
            (
                f"{NAME} begins with 'ftp', not with one of http:, https:."
                f" For example: {NAME}=http://127.0.0.1:8000"
            ),
        ),
        (
            "http://shop.example:port",
            lambda e: e.url(NAME, "http://127.0.0.1:8000", ("http", "https")),
            (
                f"{NAME} cannot be read: Port could not be cast to integer value as"
                f" 'port'. For example: {NAME}=http://127.0.0.1:8000"
            ),
        ),
        (
            "Europe/Atlantis",
            lambda e: e.time_zone(NAME, "UTC"),
            (
                f"{NAME} is 'Europe/Atlantis', no time zone such as Europe/Berlin."
                f" For example: {NAME}=Asia/Shanghai"
            ),
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_problem_and_an_example(
    value: str, read: Callable[[Environment], object], message: str
) -> None:
    with pytest.raises(WrongSetting) as wrong:
        read(given_value(value))

    assert str(wrong.value) == message


def test_a_right_value_is_read_and_an_empty_one_is_the_default() -> None:
    assert given_value(" yes ").yes_or_no(NAME, default=False)
    assert not given_value("").yes_or_no(NAME, default=False)
    assert given_value("7").whole_number(NAME, 4) == 7
    assert given_value("a, b,,c").words(NAME, "") == ["a", "b", "c"]
    assert given_value("[::1]:25").address(NAME, "") == HostAndPort("::1", 25)
    assert given_value("").time_zone(NAME, "Asia/Bangkok") == "Asia/Bangkok"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(WrongSetting, match="cannot be made: Not a directory"):
        given_value(str(tmp_path / "file" / "data")).folder(NAME, "./data")


def test_a_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    made = given_value(str(tmp_path / "data")).folder(NAME, "./data")

    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    kept = tmp_path / "secret"

    first = given_value("").secret(NAME, kept_in=kept)
    second = given_value("").secret(NAME, kept_in=kept)

    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [kept]


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    given_value("").secret(NAME, kept_in=kept)
    kept.chmod(0o640)

    with pytest.raises(
        WrongSetting, match=f"which others may read; run: chmod 600 {kept}"
    ):
        given_value("").secret(NAME, kept_in=kept)


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="has 8 characters, fewer than 40"):
        given_value("12345678").secret(NAME, kept_in=tmp_path / "secret")

    assert not (tmp_path / "secret").exists()


def test_a_database_url_names_server_user_and_database(tmp_path: Path) -> None:
    url = "postgres://mei:p%40ss@db.example:6432/desk?sslmode=require"

    read = database(Environment({"EVENHAND_DATABASE_URL": url}), folder=tmp_path)

    assert read["ENGINE"] == "django.db.backends.postgresql"
    assert (read["USER"], read["PASSWORD"]) == ("mei", "p@ss")
    assert (read["HOST"], read["PORT"], read["NAME"]) == ("db.example", "6432", "desk")
    options = read["OPTIONS"]
    assert isinstance(options, dict)
    assert options["sslmode"] == "require"


def test_without_a_url_the_database_is_a_file_in_the_data_folder(
    tmp_path: Path,
) -> None:
    read = database(Environment({}), folder=tmp_path)

    assert read["NAME"] == tmp_path / "evenhand.sqlite3"
    options = read["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("mysql://localhost/desk", "begins with 'mysql'"),
        ("postgres://localhost", "names no database after the host"),
        ("just words", "begins with 'nothing'"),
    ],
)
def test_a_database_url_that_names_none_is_refused(
    url: str, problem: str, tmp_path: Path
) -> None:
    with pytest.raises(WrongSetting, match=f"EVENHAND_DATABASE_URL {problem}"):
        database(Environment({"EVENHAND_DATABASE_URL": url}), folder=tmp_path)


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        (HostAndPort("127.0.0.1", 8150), "http://127.0.0.1:8150"),
        (HostAndPort("0.0.0.0", 80), "http://127.0.0.1:80"),  # noqa: S104 - nothing listens
        (HostAndPort("::", 8000), "http://[::1]:8000"),
        (HostAndPort("desk.lan", 8000), "http://desk.lan:8000"),
    ],
)
def test_the_public_address_follows_where_pages_are_served(
    listen: HostAndPort, address: str
) -> None:
    assert page_address(listen) == address


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("https://desk.shop.example", ["desk.shop.example"]),
        ("http://[fd00::1]:8000", ["[fd00::1]"]),
        ("http://127.0.0.1:8000", []),
    ],
)
def test_the_desk_answers_to_the_host_of_its_public_address(
    url: str, more: list[str]
) -> None:
    assert hosts_for(url) == ["localhost", "127.0.0.1", "[::1]", *more]


def test_a_public_desk_refuses_to_show_its_insides(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "evenhand", "check"],
        env={
            "PYTHONPATH": str(SOURCE),
            "EVENHAND_DATA_FOLDER": str(tmp_path),
            "EVENHAND_DEBUG": "yes",
            "EVENHAND_PUBLIC_URL": "https://desk.shop.example",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "evenhand: EVENHAND_DEBUG is on while EVENHAND_PUBLIC_URL is public (https)."
        " For example: EVENHAND_DEBUG=no\n"
    )
