"""Signing in: accounts are made by an admin, never by whoever comes along."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.utils import timezone

from evenhand.channels.actions import outbox


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link for a new password, under the desk's own public address.

        Whoever asks for the mail writes the request's Host; a link made of that could
        lead the key, which opens the account, to a server of theirs.
        """
        asked: str = super().get_reset_password_from_key_url(key)
        return f"{settings.PUBLIC_URL}{urlsplit(asked).path}"

    def format_email_subject(self, subject: str) -> str:
        """Begin with the shop's name; allauth would write the request's Host."""
        return f"[{settings.SHOP_NAME}] {subject}"


class OutboxEmailBackend(BaseEmailBackend):
    """Mail of the sign-in pages takes the desk's own way out."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        at = timezone.now()
        return sum(outbox.queue_plain(message, at=at) for message in email_messages)
