"""The settings of the mail receiver that must fit each other."""

from __future__ import annotations

from pathlib import Path

from evenhand.web.environment import Environment, WrongSetting

ENCRYPTION = ("offered", "required", "immediate")


def certificate(environment: Environment) -> tuple[Path, Path] | None:
    """Return the files of certificate and key, None where there is no certificate."""
    names = ("EVENHAND_SMTP_TLS_CERTIFICATE", "EVENHAND_SMTP_TLS_KEY")
    given = [environment.text(name, "") for name in names]
    for name, own, other in zip(names, given, reversed(given), strict=True):
        if other and not own:
            raise WrongSetting(
                name=name,
                problem="is missing: a certificate and its key go together",
                example="/etc/ssl/shop.example.pem",
            )
    chain, key = (Path(one).expanduser() for one in given)
    return (chain, key) if given[0] else None


def encryption(environment: Environment, *, certified: bool) -> str:
    """Return when the receiver speaks TLS; all but `offered` need a certificate."""
    name = "EVENHAND_SMTP_TLS"
    value = environment.one_of(name, ENCRYPTION[0], ENCRYPTION)
    if value != ENCRYPTION[0] and not certified:
        raise WrongSetting(
            name=name,
            problem=f"is {value!r}, but EVENHAND_SMTP_TLS_CERTIFICATE names none",
            example=ENCRYPTION[0],
        )
    return value


def login(environment: Environment, *, certified: bool) -> tuple[str, str]:
    """Return the user and password that clients must give; both empty for none.

    Without TLS the password would cross the net for everybody to read.
    """
    user = environment.text("EVENHAND_SMTP_USER", "")
    password = environment.text("EVENHAND_SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise WrongSetting(
            name="EVENHAND_SMTP_USER" if password else "EVENHAND_SMTP_PASSWORD",
            problem="is missing: a user and a password go together",
            example="relay" if password else "a long random text",
        )
    if user and not certified:
        raise WrongSetting(
            name="EVENHAND_SMTP_USER",
            problem="needs TLS, but EVENHAND_SMTP_TLS_CERTIFICATE names no certificate",
            example="relay",
        )
    return user, password
