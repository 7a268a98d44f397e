"""Settings of the mail receiver that do not fit each other stop the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evenhand.web import mail_settings
from evenhand.web.environment import Environment, HostAndPort, WrongSetting

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
