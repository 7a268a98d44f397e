"""Signing in: accounts are made by an admin, never by whoever comes along."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest

from evenhand.channels.actions import outbox


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False


class OutboxEmailBackend(BaseEmailBackend):
    """Mail of the sign-in pages takes the desk's own way out."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        return sum(outbox.queue_plain(message) for message in email_messages)
