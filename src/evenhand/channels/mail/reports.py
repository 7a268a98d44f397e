"""Delivery reports: which of our mails did not arrive, for whom, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evenhand.channels.mail.addresses import addresses
from evenhand.channels.mail.fields import Fields, read_fields
from evenhand.channels.mail.mime import Part
from evenhand.channels.mail.reasons import (
    DEAD,
    STATUS,
    Reason,
    reason_of,
    says_nothing,
    status_in,
)
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
_MESSAGE_ID_LINE = re.compile(
    rb"^[ \t>]*Message-ID:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE
)
_MARK_LINE = re.compile(
    rb"^[ \t>]*X-Evenhand-Loop:[ \t]*([0-9a-z.]{1,100})\s", re.IGNORECASE | re.MULTILINE
)
_FINAL = re.compile(r"(?:rfc822|utf-8|x-\w+)\s*;", re.IGNORECASE)
_LATER = re.compile(
    r"will (?:keep trying|continue to|be retried|retry)|warning message only|"
    r"delivery (?:status notification \()?(?:is )?delay|do not need to resend",
    re.IGNORECASE,
)
# What follows is the mail that came back, not what is said of it.
_COPY = re.compile(
    r"^.{0,40}(?:below (?:this line )?is a copy|original message (?:follows|headers)|"
    r"message headers follow|^-+ ?original message|"
    r"^-+ ?(?:the )?(?:body|headers?) of (?:the|your) message).*$",
    re.IGNORECASE | re.MULTILINE,
)
MAX_RECIPIENTS = 100


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of the mail to one address; empty where the report is silent."""

    addr: str
    action: str
    status: str
    diagnostic: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report; `original_id` is the Message-ID of the mail it is about.

    `original_mark` is the mark in that mail's head by which we know our own.
    """

    recipients: tuple[Recipient, ...]
    original_id: str
    original_mark: str = ""

    @property
    def failed(self) -> bool:
        """Whether the mail is given up for at least one person (a delay is not)."""
        return bool(self.given_up)

    @property
    def why(self) -> str:
        """What a person wants to read of it: for whom, which status, whose words."""
        told = next((each for each in self.recipients if each.action == "failed"), None)
        told = told or next(iter(self.recipients), None)
        parts = (told.addr, told.status, told.diagnostic) if told else ()
        return " ".join(filter(None, parts))

    @property
    def given_up(self) -> tuple[Recipient, ...]:
        """For whom the mail is given up."""
        return tuple(
            each
            for each in self.recipients
            if each.action == "failed"
            or (not each.action and not each.status.startswith(("2.", "4.")))
        )

    @property
    def dead_address(self) -> bool:
        """Whether the address itself is wrong, so that trying again is vain."""
        return self.failed and any(each.reason in DEAD for each in self.recipients)


def delivery_report(root: Part, *, text: str) -> Report:
    """Read a report from its machine part (RFC 3464), else from its words."""
    words = _COPY.split(text[:20_000], maxsplit=1)[0]
    recipients: list[Recipient] = []
    for leaf in root.leaves():
        if leaf.type in _STATUS_TYPES:
            recipients.extend(_machine_part(body_bytes(leaf), words))
    if not recipients:
        recipients = _from_words(root, words)
    return Report(tuple(recipients[:MAX_RECIPIENTS]), *original(root))


def original(root: Part) -> tuple[str, str]:
    """Return Message-ID, without brackets, and our mark of the mail inside; "" for none."""
    for leaf in root.leaves():
        if leaf.type in _ORIGINAL_TYPES:
            content = body_bytes(leaf)[:100_000]
            inner, _ = read_fields(content, start=0, end=len(content))
            if inner.has("message-id"):
                mark = header_text(inner.first("x-evenhand-loop"))
                return header_text(inner.first("message-id")).strip(" <>"), mark[:100]
    end = min(root.end, root.start + 200_000)
    found = _MESSAGE_ID_LINE.search(root.raw, root.start, end)
    marked = _MARK_LINE.search(root.raw, root.start, end)
    return (
        found[1].decode("utf-8", "replace").strip("<>") if found else "",
        marked[1].decode("ascii") if marked else "",
    )


def _machine_part(content: bytes, words: str) -> list[Recipient]:
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
                found.append(_recipient(fields, words))
    return found


def _recipient(fields: Fields, words: str) -> Recipient:
    """Read what a report says of one person; what its fields leave out, its words say.

    The code of the server that refused counts before the reading of the server that
    reports it, if it names a cause and the other does not, or if the two differ in
    whether the failure is final.
    """
    person = fields.first("final-recipient") or fields.first("original-recipient")
    named = _FINAL.sub("", header_text(person)).strip(" <>")
    action = re.match(r"[a-z]+", header_text(fields.first("action")).lower())
    diagnostic = header_text(fields.first("diagnostic-code"))[:1000]
    told = diagnostic or _about(named, words)
    written = STATUS.search(header_text(fields.first("status")))
    status = _better(written[1] if written else "", status_in(told))
    return Recipient(
        named,
        action[0] if action else "",
        status,
        diagnostic,
        reason_of(status=status, words=told, transcript=words + diagnostic),
    )


def _better(written: str, told: str) -> str:
    """Choose between the reporting server's code and the refusing server's."""
    if not written or (says_nothing(written) and told and not says_nothing(told)):
        return told
    if told and not says_nothing(told) and told[0] != written[0]:
        return told
    return written


def _about(addr: str, words: str) -> str:
    """Return what a report's words say from an address on; all if it is not named."""
    found = words.lower().find(addr.lower()) if addr else -1
    return words[found : found + 500] if found >= 0 else words[:1500]


def _from_words(root: Part, words: str) -> list[Recipient]:
    """Find the addresses, codes and finality in a report that only people can read."""
    action = "delayed" if _LATER.search(words) else "failed"
    failed = addresses(root.fields.first("x-failed-recipients"))
    marks = list(_codes(words)) or [("", words[:1000])]
    named = failed[0].addr if failed else ""
    return [
        Recipient(
            named if number == 0 else "",
            action,
            status,
            " ".join(line.split())[:500],
            reason_of(status=status, words=line, transcript=words),
        )
        for number, (status, line) in enumerate(marks[:MAX_RECIPIENTS])
    ]


def _codes(words: str) -> Iterator[tuple[str, str]]:
    """Give each different code with the words around it."""
    marks = [mark for mark in STATUS.finditer(words) if not mark[1].startswith("2")]
    ends = [mark.start() for mark in marks[1:]] + [len(words)] * bool(marks)
    seen = set()
    for mark, end in zip(marks, ends, strict=True):
        if mark[1] not in seen:
            seen.add(mark[1])
            begin = max(words.rfind("\n", 0, mark.start()) + 1, mark.start() - 200)
            yield mark[1], words[begin : min(end, mark.end() + 300)]
    if not seen and (plain := status_in(words)):
        yield plain, words[:1000]
