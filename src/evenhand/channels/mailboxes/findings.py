"""What trying a mail server found, step by step: data, no sentences.

The pages say a finding in the reader's language (templatetags/mailbox_words.py), and a
program can read the same codes and values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Step(StrEnum):
    """What is tried, in this order; whatever follows a fault is not tried."""

    NAME = "name"
    PORT = "port"
    TLS = "tls"
    LOGIN = "login"
    FOLDER = "folder"


class Outcome(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    NOT_TRIED = "not_tried"


class Fault(StrEnum):
    """What is wrong; each has a sentence and a way to mend it."""

    # name
    NAME_MALFORMED = "name_malformed"
    NAME_UNKNOWN = "name_unknown"
    NO_NAME_SERVER = "no_name_server"
    ADDRESS_REFUSED = "address_refused"
    # port
    PORT_CLOSED = "port_closed"
    PORT_SILENT = "port_silent"
    NO_ROUTE = "no_route"
    SAYS_NOTHING = "says_nothing"
    SPEAKS_TLS = "speaks_tls"
    SPEAKS_PLAIN = "speaks_plain"
    SPEAKS_OTHER = "speaks_other"
    SPEAKS_UNKNOWN = "speaks_unknown"
    TURNED_AWAY = "turned_away"
    # TLS
    NO_TLS = "no_tls"
    STARTTLS_NOT_OFFERED = "starttls_not_offered"
    WRONG_NAME = "wrong_name"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    OWN_AUTHORITY = "own_authority"
    CERTIFICATE_REFUSED = "certificate_refused"
    TLS_TOO_OLD = "tls_too_old"
    TLS_FAILED = "tls_failed"
    # login
    LOGIN_REFUSED = "login_refused"
    NEEDS_APP_PASSWORD = "needs_app_password"  # noqa: S105 - the name of a fault
    PASSWORDS_SWITCHED_OFF = "passwords_switched_off"
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105 - the name of a fault
    LOGIN_NEEDS_TLS = "login_needs_tls"
    LOGIN_NOT_NOW = "login_not_now"
    NO_XOAUTH2 = "no_xoauth2"
    PERMISSION_REFUSED = "permission_refused"
    NOT_SIGNED_IN = "not_signed_in"
    SIGN_IN_REVOKED = "sign_in_revoked"
    CLIENT_REFUSED = "client_refused"
    TOKENS_UNREACHABLE = "tokens_unreachable"
    TOKENS_REFUSED = "tokens_refused"
    # folder
    FOLDER_MISSING = "folder_missing"
    FOLDER_REFUSED = "folder_refused"
    NO_UIDL = "no_uidl"
    # found while fetching
    SECRET_UNREADABLE = "secret_unreadable"  # noqa: S105 - the name of a fault
    MOVE_REFUSED = "move_refused"
    OUR_FAULT = "our_fault"
    # any
    TOO_SLOW = "too_slow"
    HUNG_UP = "hung_up"


@dataclass(frozen=True, slots=True)
class Finding:
    """One step: what became of it, what exactly is wrong, and the values of its sentence.

    `values` are short texts, such as a name, a port, days, the server's own words;
    `names` are the folders that are there.
    """

    step: Step
    outcome: Outcome
    fault: Fault | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return what JSON can hold; `from_data` reads it."""
        fault = self.fault.value if self.fault else None
        return {
            "step": self.step.value,
            "outcome": self.outcome.value,
            "fault": fault,
            "values": dict(self.values),
            "names": list(self.names),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Finding:
        """Return the finding that `as_data` wrote."""
        return cls(
            step=Step(data["step"]),
            outcome=Outcome(data["outcome"]),
            fault=Fault(data["fault"]) if data["fault"] else None,
            values=dict(data["values"]),
            names=tuple(data["names"]),
        )


class Trouble(Exception):
    """A step failed: the fault, and the values of its sentence."""

    def __init__(self, fault: Fault, **values: object) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.values = {name: str(value)[:500] for name, value in values.items()}
        self.names: tuple[str, ...] = ()

    def among(self, names: tuple[str, ...]) -> Self:
        """Add the folders that are there."""
        self.names = names
        return self


# (protocol, security) -> the port that the protocol's documents give it
# (RFC 8314 sections 3.2, 3.3; RFC 3501; RFC 1939; RFC 6409)
PORTS: Mapping[tuple[str, str], int] = {
    ("imap", "tls"): 993,
    ("imap", "starttls"): 143,
    ("imap", "none"): 143,
    ("pop3", "tls"): 995,
    ("pop3", "starttls"): 110,
    ("pop3", "none"): 110,
    ("smtp", "tls"): 465,
    ("smtp", "starttls"): 587,
    ("smtp", "none"): 25,
}


def usual_port(protocol: str, security: str) -> int:
    """Return the port that a protocol uses with this security."""
    return PORTS[protocol, security]
