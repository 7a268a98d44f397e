"""What the demo's customers send: raw mails, as their mail programs would write them."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr

from evenhand.customers import queries as customers
from evenhand.customers.models import Customer
from evenhand.kernel.days import BUDDHIST_YEARS, THAI_MONTHS


def day(on: date, language: str) -> str:
    """Return a day as a letter in this language writes it."""
    if language in {"zh", "ja"}:
        return f"{on.month}月{on.day}日"
    if language == "th":
        return f"{on.day} {THAI_MONTHS[on.month - 1]} {on.year + BUDDHIST_YEARS}"
    return f"{on:%A} {on.day} {on:%B}"


def salutation(customer: Customer) -> str:
    """Return the name as a letter in the customer's language begins with it."""
    if customer.language == "ja":
        return f"{customer.name}様"
    if customer.language == "th":
        return f"คุณ{customer.name.split()[0]}"
    return customer.name


def mail(
    *,
    customer: Customer,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    key: str,
    answers: str = "",
) -> bytes:
    """Return one mail of the customer; `key` makes its Message-ID, the same each time."""
    message = EmailMessage()
    message["From"] = formataddr((customer.name, customers.address_of(customer)))
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{key}@mail.example>"
    if answers:
        message["In-Reply-To"] = answers
        message["References"] = answers
    message.set_content(text)
    return message.as_bytes()


def report_for(address: str, *, to: str, at: datetime, key: str) -> bytes:
    """Return what a mail server writes when a mail to the address could not arrive."""
    server, failure = Message(), Message()
    server["Reporting-MTA"] = "dns; mx.example"
    failure["Final-Recipient"] = f"rfc822; {address}"
    failure["Action"], failure["Status"] = "failed", "5.1.1"
    told = MIMENonMultipart("message", "delivery-status")
    told.set_payload([server, failure])
    words = f"Your mail to {address} could not be delivered: no such user."
    report = MIMEMultipart("report", None, [MIMEText(words), told])
    report.set_param("report-type", "delivery-status")
    report["From"] = "Mail Delivery System <mailer-daemon@mx.example>"
    report["To"] = to
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<{key}@mx.example>"
    report["Auto-Submitted"] = "auto-replied"
    return report.as_bytes()


def unsigned(*, to: str, subject: str, text: str, at: datetime, key: str) -> bytes:
    """Return a mail that names nobody who wrote it, as some web forms send."""
    message = EmailMessage()
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{key}@forms.example>"
    message.set_content(text)
    return message.as_bytes()
