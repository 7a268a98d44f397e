"""A parsed mail as plain data, for commands and tests that speak JSON."""

from __future__ import annotations

import hashlib

from evenhand.channels.mail.automatic import Kind
from evenhand.channels.mail.bodies import Attachment
from evenhand.channels.mail.charsets import decode
from evenhand.channels.mail.parse import ParsedMail
from evenhand.channels.mail.quotes import newest_text

_TEXTUAL = ("text/", "message/", "application/pgp-")


def described(mail: ParsedMail) -> dict[str, object]:
    """Return every field of a mail that a person or a test may ask for."""
    kind = mail.automatic.kind if mail.automatic else None
    data: dict[str, object] = {
        "from": mail.author.addr,
        "from_name": mail.author.name,
        "to": [each.addr for each in mail.to],
        "cc": [each.addr for each in mail.cc],
        "reply_to": [each.addr for each in mail.reply_to],
        "subject": mail.subject,
        "message_id": mail.message_id,
        "body_text": mail.text,
        "body_html": mail.html,
        "attachments": [_file(each) for each in mail.attachments],
        "is_auto_reply": kind is Kind.AUTO_REPLY,
        "is_bounce": kind is Kind.DELIVERY_REPORT,
        "is_feedback_report": kind is Kind.FEEDBACK_REPORT,
        "may_autorespond": mail.may_be_answered,
    }
    if mail.date is not None:
        data["date"] = mail.date.isoformat()
    return data | _report(mail) | described_reply(mail.words)


def described_reply(text: str) -> dict[str, object]:
    """Return the newest words of a body, with and without the signature."""
    newest = newest_text(text)
    return {"reply_text": newest.text, "reply_text_with_signature": newest.signed}


def _report(mail: ParsedMail) -> dict[str, object]:
    if mail.report is None:
        return {}
    people = mail.report.recipients
    return {
        "bounce_status": [each.status for each in people],
        "bounce_action": [each.action for each in people],
        "bounce_recipients": [each.addr for each in people],
        "hard_bounce": mail.report.dead_address,
    }


def _file(file: Attachment) -> dict[str, object]:
    data: dict[str, object] = {
        "name": file.name,
        "type": file.content_type,
        "size": len(file.content),
        "md5": _md5(file.content),
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "cid": file.cid,
        "hidden": file.hidden,
    }
    if file.content_type.startswith(_TEXTUAL):
        text = decode(file.content, label=file.charset).replace("\r\n", "\n").strip()
        data["md5_lf"] = _md5(text.encode("utf-8", "replace"))
    return data


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
