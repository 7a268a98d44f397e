"""Who visits an address: the world's members, signed in once, and strangers.

A sign-in and the building of the middleware cost as much as a page, and thousands of
pages are asked for.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

from evenhand.staff.models import Member
from tests.web.world import World


def a_stranger() -> Client:
    return _client(enforce_csrf_checks=False)


def signed_in(
    member: Member, world: World, *, enforce_csrf_checks: bool = False
) -> Client:
    """A browser of a member of the world, with the session of its first day."""
    client = _client(enforce_csrf_checks=enforce_csrf_checks)
    client.cookies[settings.SESSION_COOKIE_NAME] = world.sessions[member.pk]
    return client


def _client(*, enforce_csrf_checks: bool) -> Client:
    client = Client(raise_request_exception=False)
    client.handler = _handler(enforce_csrf_checks=enforce_csrf_checks)
    return client


@cache
def _handler(*, enforce_csrf_checks: bool) -> ClientHandler:
    return ClientHandler(enforce_csrf_checks)
