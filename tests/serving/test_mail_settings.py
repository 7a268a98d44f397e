"""Settings of the mail receiver that do not fit each other stop the start."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.web import mail_settings
from evenhand.web.environment import Environment, HostAndPort, WrongSetting
from tests.serving.processes import (
    answers,
    environment,
    evenhand,
    free_port,
    running,
    until,
)

CERTIFICATE = "EVENHAND_SMTP_TLS_CERTIFICATE"
KEY = "EVENHAND_SMTP_TLS_KEY"
Read = Callable[[Environment], object]


def test_certificate_and_key_go_together() -> None:
    both = {CERTIFICATE: "/etc/a.pem", KEY: "/etc/a.key"}

    assert mail_settings.certificate(Environment({})) is None
    assert mail_settings.certificate(Environment(both)) == (
        Path("/etc/a.pem"),
        Path("/etc/a.key"),
    )


def test_a_login_and_tls_are_read() -> None:
    given = Environment(
        {
            "EVENHAND_SMTP_USER": "relay",
            "EVENHAND_SMTP_PASSWORD": "pass",
            "EVENHAND_SMTP_TLS": "required",
        }
    )

    assert mail_settings.login(given, certified=True) == ("relay", "pass")
    assert mail_settings.login(Environment({}), certified=False) == ("", "")
    assert mail_settings.encryption(given, certified=True) == "required"
    assert mail_settings.encryption(Environment({}), certified=False) == "offered"


def test_an_address_that_is_not_set_is_none() -> None:
    set_ = Environment({"EVENHAND_IT": "[::1]:24"})

    assert set_.address_or_none("EVENHAND_IT", "127.0.0.1:24") == HostAndPort("::1", 24)
    assert Environment({}).address_or_none("EVENHAND_IT", "127.0.0.1:24") is None
    with pytest.raises(WrongSetting, match="not host:port"):
        Environment({"EVENHAND_IT": "24"}).address_or_none("EVENHAND_IT", "a:1")


@pytest.mark.parametrize(
    ("given", "read", "said"),
    [
        ({CERTIFICATE: "/a"}, mail_settings.certificate, f"{KEY} is missing"),
        ({KEY: "/a"}, mail_settings.certificate, f"{CERTIFICATE} is missing"),
        (
            {"EVENHAND_SMTP_TLS": "required"},
            lambda e: mail_settings.encryption(e, certified=False),
            f"EVENHAND_SMTP_TLS is 'required', but {CERTIFICATE} names none",
        ),
        (
            {"EVENHAND_SMTP_TLS": "on"},
            lambda e: mail_settings.encryption(e, certified=True),
            "EVENHAND_SMTP_TLS is 'on', not one of offered, required, immediate",
        ),
        (
            {"EVENHAND_SMTP_USER": "relay"},
            lambda e: mail_settings.login(e, certified=True),
            "EVENHAND_SMTP_PASSWORD is missing",
        ),
        (
            {"EVENHAND_SMTP_PASSWORD": "pass"},
            lambda e: mail_settings.login(e, certified=True),
            "EVENHAND_SMTP_USER is missing",
        ),
        (
            {"EVENHAND_SMTP_USER": "relay", "EVENHAND_SMTP_PASSWORD": "pass"},
            lambda e: mail_settings.login(e, certified=False),
            f"EVENHAND_SMTP_USER needs TLS, but {CERTIFICATE} names no certificate",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_an_example(
    given: dict[str, str], read: Read, said: str
) -> None:
    with pytest.raises(WrongSetting) as wrong:
        read(Environment(given))

    assert str(wrong.value).startswith(said)
    assert ". For example: " in str(wrong.value)
    assert "pass" not in str(wrong.value).replace("password", "")


@pytest.mark.django_db(transaction=True)
def test_a_certificate_that_cannot_be_used_is_told_before_the_start(
    tmp_path: Path,
) -> None:
    env = environment(
        EVENHAND_SMTP_TLS_CERTIFICATE=str(tmp_path / "no.pem"),
        EVENHAND_SMTP_TLS_KEY=str(tmp_path / "no.key"),
    )

    for words in (("serve",), ("check",)):
        done = evenhand(*words, env=env)

        assert done.returncode == 2
        assert done.stderr == (
            "evenhand: mail cannot be received over TLS:"
            f" {tmp_path / 'no.pem'}: No such file or directory."
            " EVENHAND_SMTP_TLS_CERTIFICATE and EVENHAND_SMTP_TLS_KEY name the files\n"
        )


@pytest.mark.django_db(transaction=True)
def test_a_taken_lmtp_port_is_named_with_its_setting() -> None:
    port = free_port()
    env = environment(EVENHAND_LMTP_LISTEN=f"127.0.0.1:{port}")
    with socket.create_server(("127.0.0.1", port)):
        done = evenhand("serve", env=env)

    assert done.returncode == 2
    assert done.stderr == (
        f"evenhand: cannot listen on 127.0.0.1:{port}: another process does."
        " EVENHAND_LMTP_LISTEN names it\n"
    )


@pytest.mark.django_db(transaction=True)
def test_one_command_receives_by_smtp_and_lmtp() -> None:
    lmtp = f"127.0.0.1:{free_port()}"
    env = environment(EVENHAND_LMTP_LISTEN=lmtp)
    with running("mail", "receive", env=env) as receiver:
        until(lambda: answers(env["EVENHAND_SMTP_LISTEN"]))
        both = answers(lmtp)
        assert receiver.stdout is not None
        said = [receiver.stdout.readline() for _ in range(2)]

    assert both
    assert said == [
        f"taking mail on {env['EVENHAND_SMTP_LISTEN']}\n",
        f"taking mail by LMTP on {lmtp}\n",
    ]
    assert receiver.returncode == 0
