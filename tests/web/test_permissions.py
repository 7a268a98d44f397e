"""Every address, every role, own and other teams' cases: what is answered, what stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from evenhand.staff.rules import Role
from tests.web.matrix import TABLE
from tests.web.rows import (
    ANONYMOUS,
    DONE,
    NOT_LIKE_THIS,
    SAVED,
    SEEN,
    TO_LOGIN,
    Access,
)
from tests.web.visiting import a_stranger, signed_in
from tests.web.world import SIDES, Rows, World, everything, written

THROUGH = (SEEN, SAVED, DONE)
pytestmark = pytest.mark.django_db


def names_of(
    patterns: list[URLPattern | URLResolver], space: str = ""
) -> Iterator[str]:
    for found in patterns:
        if isinstance(found, URLPattern):
            assert found.name, f"{found.pattern} has no name"
            yield f"{space}{found.name}"
        else:
            inner = f"{space}{found.namespace}:" if found.namespace else space
            yield from names_of(found.url_patterns, inner)


def visitors(world: World) -> Iterator[tuple[str, str, Client]]:
    yield ANONYMOUS, "own", a_stranger()
    for (role, side), member in world.members.items():
        yield role, side, signed_in(member, world)


def expected(access: Access | None, *, role: str, side: str) -> int | None:
    return access[role][SIDES.index(side)] if access is not None else None


def visit(
    client: Client, method: str, url: str, form: dict[str, object], *, before: Rows
) -> tuple[Any, bool]:
    """Return the answer and whether it changed anything, then put everything back.

    A form that went through may change something, and nobody asks what.
    """
    with transaction.atomic():
        so_far = written()
        answer = client.get(url) if method == "get" else client.post(url, form)
        if answer.streaming:
            # a download's file is closed once it is read
            list(answer)
        through = method == "post" and answer.status_code in THROUGH
        changed = not through and written() != so_far and everything() != before
        transaction.set_rollback(True)
    return answer, changed


@pytest.mark.parametrize("taken_back", [False, True])
def test_a_row_that_is_written_is_counted_also_when_it_is_taken_back(
    world: World, *, taken_back: bool
) -> None:
    so_far = written()

    with transaction.atomic():
        world.case.team.save()
        transaction.set_rollback(taken_back)

    assert written() == so_far + 1


def test_every_address_stands_in_the_matrix() -> None:
    assert sorted(names_of(get_resolver().url_patterns)) == sorted(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_role_gets_what_the_matrix_says_and_a_refusal_changes_nothing(
    name: str, world: World
) -> None:
    row = TABLE[name]
    url = reverse(name, args=row.args(world)) + row.query
    found: dict[str, object] = {}
    wanted: dict[str, object] = {}

    everyone = list(visitors(world))
    before = everything()
    for role, side, client in everyone:
        for method, access in (("get", row.get), ("post", row.post)):
            if row.streams and role != ANONYMOUS:
                continue
            answer, changed = visit(client, method, url, row.form(world), before=before)
            meant = expected(access, role=role, side=side)
            if meant is None and role == ANONYMOUS:
                # asked to sign in, or told that this is not how; nothing else matters
                assert answer.status_code in (TO_LOGIN, NOT_LIKE_THIS)
                continue
            key = f"{role}, {side} case, {method}"
            wanted[key] = meant or NOT_LIKE_THIS, False
            found[key] = answer.status_code, changed

    assert found == wanted
    assert everything() == before


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.post])
def test_a_form_of_another_site_is_refused_and_changes_nothing(
    name: str, world: World
) -> None:
    row = TABLE[name]
    url = reverse(name, args=row.args(world))
    member = world.members[Role.AGENT, "own"]
    client = signed_in(member, world, enforce_csrf_checks=True)

    before = everything()
    answer, changed = visit(client, "post", url, row.form(world), before=before)

    assert (answer.status_code, changed) == (row.foreign, False)
