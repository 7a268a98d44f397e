"""What is known of the large mail providers: their servers, and how one signs in.

Names of servers and addresses of the sign-in pages are the providers' own documents'
(docs/how-to/gmail.md and microsoft-365.md name them with their dates).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where a provider lets somebody agree, and where it gives tokens for it."""

    authorize_url: str
    token_url: str
    # by protocol; what the tokens are asked for
    scopes: Mapping[str, str]
    # what the authorisation page is asked besides, such as to give a refresh token
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provider:
    key: str
    name: str
    domains: tuple[str, ...]
    hosts: Mapping[str, str]
    app_password: bool = False
    passwords: bool = True
    sign_in: SignIn | None = None


GOOGLE = Provider(
    key="google",
    name="Gmail",
    domains=("gmail.com", "googlemail.com"),
    hosts={
        "imap": "imap.gmail.com",
        "pop3": "pop.gmail.com",
        "smtp": "smtp.gmail.com",
    },
    app_password=True,
    sign_in=SignIn(
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        scopes=dict.fromkeys(("imap", "pop3", "smtp"), "https://mail.google.com/"),
        extra={"access_type": "offline", "prompt": "consent"},
    ),
)
MICROSOFT = Provider(
    key="microsoft",
    name="Microsoft 365",
    domains=("outlook.com", "hotmail.com", "live.com", "msn.com"),
    hosts={
        "imap": "outlook.office365.com",
        "pop3": "outlook.office365.com",
        "smtp": "smtp.office365.com",
    },
    passwords=False,
    sign_in=SignIn(
        authorize_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106 - an address
        scopes={
            "imap": "offline_access https://outlook.office.com/IMAP.AccessAsUser.All",
            "pop3": "offline_access https://outlook.office.com/POP.AccessAsUser.All",
            "smtp": "offline_access https://outlook.office.com/SMTP.Send",
        },
    ),
)
PROVIDERS: tuple[Provider, ...] = (
    GOOGLE,
    MICROSOFT,
    Provider(
        key="yahoo",
        name="Yahoo",
        domains=("yahoo.com", "ymail.com"),
        hosts={
            "imap": "imap.mail.yahoo.com",
            "pop3": "pop.mail.yahoo.com",
            "smtp": "smtp.mail.yahoo.com",
        },
        app_password=True,
    ),
    Provider(
        key="icloud",
        name="iCloud",
        domains=("icloud.com", "me.com", "mac.com"),
        hosts={"imap": "imap.mail.me.com", "smtp": "smtp.mail.me.com"},
        app_password=True,
    ),
    Provider(
        key="fastmail",
        name="Fastmail",
        domains=("fastmail.com", "fastmail.fm"),
        hosts={
            "imap": "imap.fastmail.com",
            "pop3": "pop.fastmail.com",
            "smtp": "smtp.fastmail.com",
        },
        app_password=True,
    ),
)
_BY_KEY = {provider.key: provider for provider in PROVIDERS}
_BY_HOST = {host: one for one in PROVIDERS for host in one.hosts.values()}
_BY_DOMAIN = {domain: one for one in PROVIDERS for domain in one.domains}
# what a server for a protocol is called by custom
_CUSTOMARY = {
    "imap": ("imap", "mail"),
    "pop3": ("pop", "mail"),
    "smtp": ("smtp", "mail"),
}


def provider_called(key: str) -> Provider | None:
    """Return the provider of this key."""
    return _BY_KEY.get(key)


def provider_of(host: str) -> Provider | None:
    """Return the provider to whom a mail server belongs."""
    return _BY_HOST.get(host.casefold().rstrip("."))


def nearest_host(typed: str, *, protocol: str) -> str | None:
    """Return the known server that somebody may have meant, None where none is near.

    A provider's bare domain means its server; otherwise a slip of the pen does.
    """
    name = typed.casefold().strip(".")
    known = _BY_DOMAIN.get(name)
    if known is not None:
        return known.hosts.get(protocol)
    hosts = [one.hosts[protocol] for one in PROVIDERS if protocol in one.hosts]
    near = difflib.get_close_matches(name, hosts, n=1, cutoff=0.8)
    return near[0] if near else None


def customary_hosts(typed: str, *, protocol: str) -> list[str]:
    """Return what a server of this domain would be called by custom."""
    name = typed.casefold().strip(".")
    first, _, rest = name.partition(".")
    prefixes = _CUSTOMARY[protocol]
    known = {prefix for words in _CUSTOMARY.values() for prefix in words}
    domains = [name] if first not in known else [rest]
    return [
        f"{prefix}.{domain}"
        for domain in domains
        for prefix in prefixes
        if "." in domain and f"{prefix}.{domain}" != name
    ]
