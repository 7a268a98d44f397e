"""A request of someone who signed in: the pages' middleware lets no other through."""

from __future__ import annotations

from django.http import HttpRequest

from evenhand.staff.models import Member


class StaffRequest(HttpRequest):
    """A request whose `user` is a member; views that need no sign-in don't use it."""

    user: Member
