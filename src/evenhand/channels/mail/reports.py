"""Delivery reports: which of our mails did not arrive, for whom, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evenhand.channels.mail.addresses import addresses
from evenhand.channels.mail.fields import Fields, read_fields
from evenhand.channels.mail.mime import Part
from evenhand.channels.mail.transfer import body_bytes
from evenhand.channels.mail.words import header_text

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_ORIGINAL_TYPES = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "message/rfc822-headers",
    }
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY_CODE = re.compile(r"(?:^|[\s:;>\"'(=-])([45])\d\d[ -]", re.MULTILINE)
_MESSAGE_ID_LINE = re.compile(
    rb"^[ \t>]*Message-ID:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE
)
_FINAL = re.compile(r"(?:rfc822|utf-8|x-\w+)\s*;", re.IGNORECASE)
_LATER = re.compile(
    r"will (?:keep trying|continue to|be retried|retry)|warning message only|"
    r"delivery (?:status notification \()?(?:is )?delay|do not need to resend",
    re.IGNORECASE,
)
_NO_SUCH_STATUS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_NO_SUCH = re.compile(
    r"user (?:is )?unknown|unknown (?:user|recipient|address|mailbox|account)|"
    r"no such (?:user|recipient|mailbox|address|person)|does(?: not|n't) exist|"
    r"(?:user|address|recipient|mailbox|account) (?:was )?not found|"
    r"not (?:a valid|a known|listed in)|(?:invalid|bad) (?:recipient|mailbox|address)|"
    r"no mailbox here|host (?:or domain name )?(?:not found|unknown)|"
    r"(?:host|domain)(?: name)? (?:is )?unknown|unrouteable|nullMX|null mx",
    re.IGNORECASE,
)
MAX_RECIPIENTS = 100


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of the mail to one address; empty where the report is silent."""

    addr: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report; `original_id` is the Message-ID of the mail it is about."""

    recipients: tuple[Recipient, ...]
    original_id: str

    @property
    def failed(self) -> bool:
        """Whether the mail is given up for at least one person (a delay is not)."""
        return any(
            each.action == "failed"
            or (not each.action and not each.status.startswith(("2.", "4.")))
            for each in self.recipients
        )

    @property
    def why(self) -> str:
        """What a person wants to read of it: for whom, which status, whose words."""
        told = next((each for each in self.recipients if each.action == "failed"), None)
        told = told or next(iter(self.recipients), None)
        parts = (told.addr, told.status, told.diagnostic) if told else ()
        return " ".join(filter(None, parts))

    @property
    def dead_address(self) -> bool:
        """Whether the address itself is wrong, so that trying again is vain."""
        return self.failed and any(
            each.status in _NO_SUCH_STATUS or _NO_SUCH.search(each.diagnostic)
            for each in self.recipients
        )


def delivery_report(root: Part, *, text: str) -> Report:
    """Read a report from its machine part (RFC 3464), else from its words."""
    recipients: list[Recipient] = []
    for leaf in root.leaves():
        if leaf.type in _STATUS_TYPES:
            recipients.extend(_machine_part(body_bytes(leaf)))
    if not recipients:
        recipients = [_from_words(root, text)]
    return Report(tuple(recipients[:MAX_RECIPIENTS]), original_id(root))


def original_id(root: Part) -> str:
    """Return the Message-ID of the mail inside a report, without brackets, or ""."""
    for leaf in root.leaves():
        if leaf.type in _ORIGINAL_TYPES:
            content = body_bytes(leaf)[:100_000]
            inner, _ = read_fields(content, start=0, end=len(content))
            if inner.has("message-id"):
                return header_text(inner.first("message-id")).strip(" <>")
    found = _MESSAGE_ID_LINE.search(
        root.raw, root.start, min(root.end, root.start + 200_000)
    )
    return found[1].decode("utf-8", "replace").strip("<>") if found else ""


def _machine_part(content: bytes) -> list[Recipient]:
    """Read the groups of fields; the first is about the mail, the others per person."""
    content = content.replace(b"\r\n", b"\n")
    found: list[Recipient] = []
    for group in re.split(rb"\n\s*\n", content[:200_000])[: 2 * MAX_RECIPIENTS]:
        if group.strip():
            fields, _ = read_fields(group.strip(), start=0, end=len(group))
            if (
                fields.has("final-recipient")
                or fields.has("original-recipient")
                or fields.has("action")
            ):
                found.append(_recipient(fields))
    return found


def _recipient(fields: Fields) -> Recipient:
    person = fields.first("final-recipient") or fields.first("original-recipient")
    named = _FINAL.sub("", header_text(person)).strip(" <>")
    status = _STATUS.search(header_text(fields.first("status")))
    diagnostic = header_text(fields.first("diagnostic-code"))
    told = status or _STATUS.search(diagnostic)
    action = re.match(r"[a-z]+", header_text(fields.first("action")).lower())
    return Recipient(
        named, action[0] if action else "", told[1] if told else "", diagnostic[:1000]
    )


def _from_words(root: Part, text: str) -> Recipient:
    """Find the address, the status and whether it is final in a report for people."""
    failed = addresses(root.fields.first("x-failed-recipients"))
    body = text[:20_000]
    status = _STATUS.search(body)
    code = _REPLY_CODE.search(body)
    told = status[1] if status else f"{code[1]}.0.0" if code else ""
    mark = status or code
    line = body[max(0, mark.start() - 200) :][:500] if mark else ""
    action = "delayed" if _LATER.search(body) else "failed"
    return Recipient(
        failed[0].addr if failed else "", action, told, " ".join(line.split())
    )
