"""What the demo's customers send: raw mails, as their mail programs would write them."""

from __future__ import annotations

from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from evenhand.customers import queries as customers
from evenhand.customers.models import Customer

THAI_MONTHS = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
]


def day(on: date, language: str) -> str:
    """Return a day as a letter in this language writes it."""
    if language in {"zh", "ja"}:
        return f"{on.month}月{on.day}日"
    if language == "th":
        return f"{on.day} {THAI_MONTHS[on.month - 1]} {on.year + 543}"
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
