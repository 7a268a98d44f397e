"""What a row of the matrix is made of: statuses by role, an address's arguments and form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evenhand.staff.rules import Role
from tests.web.world import World

ANONYMOUS = "anonymous"
TO_LOGIN = 302
SEEN, SAVED, DONE = 200, 204, 303
FORBIDDEN, NOWHERE, NOT_LIKE_THIS, CHANGED, REFUSED = 403, 404, 405, 409, 422

Both = tuple[int, int]
Access = Mapping[str, Both]


def access(
    *, agent: Both, approver: Both, leads: Both, anonymous: int = TO_LOGIN
) -> Access:
    return {
        ANONYMOUS: (anonymous, anonymous),
        Role.AGENT: agent,
        Role.APPROVER: approver,
        Role.MANAGER: leads,
        Role.ADMIN: leads,
    }


def alike(status: int, *, anonymous: int = TO_LOGIN) -> Access:
    both = (status, status)
    return access(agent=both, approver=both, leads=both, anonymous=anonymous)


def in_reach(status: int) -> Access:
    return access(
        agent=(status, NOWHERE), approver=(status, NOWHERE), leads=(status, status)
    )


def its_agent(status: int) -> Access:
    """What lies beside an agent's own answer is nobody else's, a manager's neither."""
    nobody = (NOWHERE, NOWHERE)
    return access(agent=(status, NOWHERE), approver=nobody, leads=nobody)


def leads_only(status: int) -> Access:
    barred = (FORBIDDEN, FORBIDDEN)
    return access(agent=barred, approver=barred, leads=(status, status))


def admins_only(status: int) -> Access:
    return {**leads_only(status), Role.MANAGER: (FORBIDDEN, FORBIDDEN)}


def signed_out(anonymous: int, member: int) -> Access:
    return alike(member, anonymous=anonymous)


def alike_for_all(status: int) -> Access:
    return alike(status, anonymous=status)


@dataclass(frozen=True, slots=True)
class Row:
    """An address's arguments and form; a method without access is not answered at all."""

    args: Callable[[World], tuple[object, ...]] = lambda _world: ()
    get: Access | None = None
    post: Access | None = None
    form: Callable[[World], dict[str, object]] = lambda _world: {}
    query: str = ""
    # what a form of another site is answered, which has no token of ours
    foreign: int = FORBIDDEN
    # an answer without end, which tests/serving reads from a real server
    streams: bool = False


def of_case(
    *more: object,
    get: Access | None = None,
    post: Access | None = None,
    form: Callable[[World], dict[str, object]] = lambda _world: {},
) -> Row:
    return Row(lambda w: (w.case.ref, *more), get=get, post=post, form=form)


def of_issue(post: Access, form: dict[str, object]) -> Row:
    return Row(lambda w: (w.issue.pk,), post=post, form=lambda _: form)


def of_draft(
    *,
    get: Access | None = None,
    post: Access | None = None,
    form: Callable[[World], dict[str, object]] = lambda _world: {},
) -> Row:
    return Row(lambda w: (w.draft.pk,), get=get, post=post, form=form)


def of_mailbox(
    *,
    get: Access | None = None,
    post: Access | None = None,
    form: Callable[[World], dict[str, object]] = lambda _world: {},
) -> Row:
    return Row(lambda w: (w.mailbox.pk,), get=get, post=post, form=form)


def of_promise(form: Callable[[World], dict[str, object]] = lambda _world: {}) -> Row:
    return Row(lambda w: (w.promise.pk,), post=in_reach(DONE), form=form)
