"""THE MATRIX: every address, and what each role may do there with whose case.

A status for an own and for another team's case, by role. Managers and admins reach all
teams, so "another team's" is theirs as well.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from evenhand.staff.rules import Role
from tests.given_decisions import small_page
from tests.web.rows import (
    CHANGED,
    DONE,
    FORBIDDEN,
    NOWHERE,
    REFUSED,
    SAVED,
    SEEN,
    Row,
    access,
    admins_only,
    alike,
    alike_for_all,
    in_reach,
    its_agent,
    leads_only,
    of_case,
    of_draft,
    of_issue,
    of_mailbox,
    of_promise,
    signed_out,
)
from tests.web.world import World


def _tomorrow() -> str:
    return (timezone.now() + timedelta(days=1)).isoformat()


def _new_case(world: World) -> dict[str, object]:
    return {
        "name": "Eva Novak",
        "address": "eva@mail.example",
        "subject": "On the phone",
        "words": "She asks where it is.",
        "kind": "question",
        "language": "en",
        "team": world.case.team_id,
    }


def _answer(world: World) -> dict[str, object]:
    return {
        "token": "a-token-of-the-form",
        "text": (
            f"Dear {world.case.customer.name}, I understand that the dress does not fit"
            " and that you want to send it back. I have looked at your order. Please"
            " reply to this mail and tell me which size you need."
        ),
    }


def _mailbox(_world: World) -> dict[str, object]:
    return {
        "address": "returns@shop.example",
        "host": "imap.shop.example",
        "security": "tls",
        "password": "Pflaume-7",
        "afterwards": "keep",
    }


def _text(world: World) -> dict[str, object]:
    return {
        "text": small_page(policy="another"),
        "revision": world.draft.revision,
    }


TABLE: dict[str, Row] = {
    "desk:inbox": Row(get=alike(SEEN)),
    "desk:list": Row(get=alike(SEEN)),
    "desk:new_case": Row(
        get=alike(SEEN),
        # the form is for a team of the shop: for the others there is no such choice
        post=access(
            agent=(DONE, REFUSED), approver=(DONE, REFUSED), leads=(DONE, DONE)
        ),
        form=_new_case,
    ),
    "desk:case": of_case(get=in_reach(SEEN)),
    "desk:part": of_case("thread", get=in_reach(SEEN)),
    "desk:later": Row(get=alike(SEEN)),
    "desk:take_back": Row(lambda w: (w.case.ref, w.held.pk), post=in_reach(DONE)),
    "desk:change_time": Row(
        lambda w: (w.case.ref, w.held.pk),
        post=in_reach(DONE),
        form=lambda _w: {"leave": _tomorrow()},
    ),
    "desk:seen": Row(lambda w: (w.case.ref, w.held.pk), post=in_reach(DONE)),
    "desk:note": of_case(post=in_reach(DONE), form=lambda _: {"text": "A note"}),
    "desk:kind": of_case(post=in_reach(DONE), form=lambda _: {"kind": "praise"}),
    "desk:close": of_case(post=in_reach(DONE)),
    "desk:reopen": of_case(post=in_reach(DONE)),
    "desk:take": of_case(post=in_reach(DONE)),
    "desk:hand_over": of_case(post=in_reach(DONE), form=lambda _: {"to": ""}),
    "desk:issue": of_case(post=in_reach(DONE), form=lambda _: {"title": "A point"}),
    "desk:order": of_case(
        post=in_reach(DONE), form=lambda w: {"number": str(w.case.order)}
    ),
    "desk:merge": of_case(
        get=in_reach(SEEN),
        # the case itself is no other one to merge into
        post=in_reach(REFUSED),
        form=lambda w: {"into": w.case.ref},
    ),
    "desk:unmerge": of_case(post=in_reach(CHANGED)),
    "desk:split": of_case(
        get=in_reach(SEEN),
        # no message was chosen
        post=in_reach(REFUSED),
    ),
    "desk:unsplit": of_case(post=in_reach(CHANGED)),
    "desk:customer": of_case(
        get=in_reach(SEEN),
        post=in_reach(REFUSED),
        form=lambda _: {"address": "nobody@mail.example"},
    ),
    # nobody gave the case away
    "desk:undo_customer": Row(lambda w: (w.case.ref, 1), post=in_reach(CHANGED)),
    "desk:begin_aside": of_case(
        get=in_reach(SEEN),
        # to nobody
        post=in_reach(REFUSED),
        form=lambda _: {"do": "send", "text": "Where is it?"},
    ),
    "desk:aside": Row(
        lambda w: (w.aside.side_id,),
        get=in_reach(SEEN),
        post=in_reach(REFUSED),
        form=lambda _: {"do": "send", "text": "Where is it?"},
    ),
    "desk:attach_aside": of_case(post=in_reach(SEEN)),
    "desk:attach_to_aside": Row(lambda w: (w.aside.side_id,), post=in_reach(SEEN)),
    "desk:detach_aside": Row(lambda w: (w.beside.pk,), post=its_agent(SEEN)),
    "desk:held_aside": Row(lambda w: (w.held_aside.pk,), get=in_reach(SEEN)),
    "desk:aside_take_back": Row(lambda w: (w.held_aside.pk,), post=in_reach(DONE)),
    "desk:aside_time": Row(
        lambda w: (w.held_aside.pk,),
        post=in_reach(DONE),
        form=lambda _w: {"leave": _tomorrow()},
    ),
    "desk:aside_drop": Row(lambda w: (w.held_aside.pk,), post=in_reach(DONE)),
    "desk:aside_read": Row(lambda w: (w.aside.side_id,), post=in_reach(DONE)),
    "desk:aside_take": Row(lambda w: (w.aside.files.get().pk,), post=in_reach(DONE)),
    "channels:side_file": Row(lambda w: (w.aside.files.get().pk,), get=in_reach(SEEN)),
    "channels:side_frame": Row(lambda w: (w.aside.pk,), get=in_reach(SEEN)),
    "desk:presence": of_case(post=in_reach(SEEN), form=lambda _: {"state": "typing"}),
    "web:theme": Row(
        post=alike(DONE, anonymous=DONE),
        form=lambda _: {"theme": "dark", "next": "/"},
    ),
    "promises:board": Row(get=alike(SEEN)),
    "promises:promise": Row(lambda w: (w.promise.pk,), get=in_reach(SEEN)),
    "promises:keep": of_promise(),
    "promises:move": of_promise(
        lambda _: {"move-due_on": "2026-12-01", "move-consent": "She agreed by phone"}
    ),
    "promises:break": of_promise(lambda _: {"break-reason": "Nothing in stock"}),
    "promises:release": of_promise(lambda _: {"release-reason": "She has one now"}),
    "promises:hand_over": of_promise(
        lambda w: {"hand-to": w.members[Role.APPROVER, "own"].pk}
    ),
    "promises:make": of_case(
        get=in_reach(SEEN),
        post=in_reach(DONE),
        form=lambda w: {
            "what": "Call back",
            "due_on": "2026-11-20",
            "owner": w.members[Role.AGENT, "own"].pk,
        },
    ),
    "decisions:findings": of_issue(in_reach(DONE), {"fact-seal": "torn"}),
    "decisions:grant": of_issue(in_reach(DONE), {"option": "entitlement"}),
    # whoever may grant it alone has nobody to ask
    "decisions:ask": of_issue(
        access(
            agent=(DONE, NOWHERE), approver=(REFUSED, NOWHERE), leads=(REFUSED,) * 2
        ),
        {"option": "entitlement", "goodwill": "60.00", "why": "She drove here twice"},
    ),
    "decisions:exception": of_issue(
        in_reach(DONE),
        {
            "verdict": "upheld",
            "title": "A new dress and a voucher",
            "amount": "150.00",
            "reason": "We misled her",
        },
    ),
    "decisions:approvals": Row(get=alike(SEEN)),
    "decisions:answer": Row(
        lambda w: (w.approval.pk,),
        post=access(agent=(NOWHERE,) * 2, approver=(DONE, NOWHERE), leads=(DONE,) * 2),
        form=lambda _: {"granted": "yes", "reason": "It was our fault"},
    ),
    "decisions:policies": Row(get=alike(SEEN)),
    "decisions:policy": Row(lambda _: ("small",), get=alike(SEEN)),
    "decisions:differing": Row(get=leads_only(SEEN)),
    "decisions:new": Row(
        get=leads_only(SEEN),
        post=leads_only(DONE),
        form=lambda _: {"start": "next:small"},
    ),
    # who may set it up is asked apart: a manager may publish and not change this
    "decisions:second_person": Row(
        post={
            **leads_only(DONE),
            Role.MANAGER: (FORBIDDEN, FORBIDDEN),
        },
        form=lambda _: {"second_person": "no"},
    ),
    "decisions:draft": of_draft(
        get=leads_only(SEEN), post=leads_only(DONE), form=_text
    ),
    "decisions:save": of_draft(post=leads_only(SAVED), form=_text),
    "decisions:copy": of_draft(post=leads_only(DONE), form=_text),
    "decisions:check": of_draft(post=leads_only(SEEN), form=_text),
    "decisions:proof": of_draft(get=leads_only(SEEN)),
    "decisions:drop": of_draft(post=leads_only(DONE)),
    "decisions:replay": of_draft(get=leads_only(SEEN), post=leads_only(DONE)),
    "decisions:replay_progress": of_draft(get=leads_only(SEEN)),
    "decisions:publish": of_draft(
        get=leads_only(SEEN),
        # its text was not checked yet
        post=leads_only(REFUSED),
        form=lambda w: {"revision": w.draft.revision, "why": "We begin"},
    ),
    "decisions:answer_proposal": Row(
        lambda w: (w.proposal.pk,),
        post=leads_only(DONE),
        form=lambda _: {"granted": "no", "reason": "The window is wrong"},
    ),
    "decisions:withdraw": Row(lambda w: (w.proposal.pk,), post=leads_only(DONE)),
    "decisions:revert": Row(
        lambda _: ("small", "1"),
        get=leads_only(SEEN),
        post=leads_only(DONE),
        form=lambda _: {"why": "Too strict", "begins": "2026-11-17"},
    ),
    "decisions:compare": Row(
        lambda _: ("small",), get=alike(SEEN), query="?old=1&new=1"
    ),
    # the other page was never published
    "decisions:compare_draft": of_draft(get=leads_only(NOWHERE)),
    "decisions:text": Row(lambda _: ("small", "1"), get=alike(SEEN)),
    "decisions:dmn": Row(lambda _: ("small", "1"), get=alike(SEEN)),
    "decisions:call_off": Row(
        lambda _: ("small", "1"),
        get=leads_only(SEEN),
        # it holds already
        post=leads_only(REFUSED),
        form=lambda _: {"why": "A slip"},
    ),
    # a provider proves itself by its signature; here none is set up
    "channels:hook": Row(
        lambda _: ("mailgun",), post=alike_for_all(NOWHERE), foreign=NOWHERE
    ),
    "channels:hook_events": Row(
        lambda _: ("mailgun",), post=alike_for_all(NOWHERE), foreign=NOWHERE
    ),
    "channels:mailboxes": Row(get=admins_only(SEEN)),
    "channels:connect": Row(
        get=admins_only(SEEN), post=admins_only(DONE), form=_mailbox
    ),
    # an empty form is tried nowhere
    "channels:test_mailbox": Row(post=admins_only(REFUSED)),
    "channels:trial": Row(lambda _: ("unknown",), get=admins_only(NOWHERE)),
    "channels:mailbox": of_mailbox(get=admins_only(SEEN)),
    "channels:edit_mailbox": of_mailbox(
        get=admins_only(SEEN), post=admins_only(DONE), form=_mailbox
    ),
    # it keeps no password that could be tried
    "channels:try_mailbox": of_mailbox(post=admins_only(DONE)),
    "channels:fetch_mailbox": of_mailbox(post=admins_only(DONE)),
    "channels:pause_mailbox": of_mailbox(post=admins_only(DONE)),
    "channels:resume_mailbox": of_mailbox(post=admins_only(DONE)),
    "channels:disconnect": of_mailbox(get=admins_only(SEEN), post=admins_only(DONE)),
    # it is signed in to with a password: back to its page
    "channels:sign_in": of_mailbox(get=admins_only(DONE)),
    # nobody began a sign-in: back to the list
    "channels:signed_in": Row(get=admins_only(DONE)),
    "channels:sending": Row(get=admins_only(SEEN)),
    "channels:add_server": Row(get=admins_only(SEEN), post=admins_only(REFUSED)),
    "channels:sending_server": Row(lambda w: (w.server.pk,), get=admins_only(SEEN)),
    "channels:edit_server": Row(
        lambda w: (w.server.pk,), get=admins_only(SEEN), post=admins_only(REFUSED)
    ),
    "channels:test_server": Row(post=admins_only(REFUSED)),
    "channels:try_server": Row(lambda w: (w.server.pk,), post=admins_only(DONE)),
    "channels:make_key": Row(
        lambda w: (w.server.pk,),
        post=admins_only(DONE),
        form=lambda _: {"domain": "shop.example", "selector": "desk1"},
    ),
    "channels:check_key": Row(lambda w: (w.server.pk,), post=admins_only(DONE)),
    "channels:stop_signing": Row(lambda w: (w.server.pk,), post=admins_only(DONE)),
    "channels:retire_server": Row(lambda w: (w.server.pk,), post=admins_only(DONE)),
    "channels:add_identity": Row(get=admins_only(SEEN), post=admins_only(REFUSED)),
    "channels:edit_identity": Row(
        lambda w: (w.identity.pk,), get=admins_only(SEEN), post=admins_only(REFUSED)
    ),
    "channels:make_usual": Row(lambda w: (w.identity.pk,), post=admins_only(DONE)),
    "channels:remove_identity": Row(lambda w: (w.identity.pk,), post=admins_only(DONE)),
    "channels:outbox": Row(get=leads_only(SEEN)),
    "channels:outgoing": Row(lambda w: (w.outgoing.pk,), get=in_reach(SEEN)),
    "channels:send_again": Row(lambda w: (w.outgoing.pk,), post=in_reach(DONE)),
    "channels:leave_it": Row(lambda w: (w.outgoing.pk,), post=in_reach(DONE)),
    "channels:correct_address": Row(
        lambda w: (w.outgoing.pk, w.outgoing.people.get().pk),
        post=in_reach(DONE),
        form=lambda _w: {"address": "kim@mail.example"},
    ),
    "channels:set_aside": Row(get=leads_only(SEEN)),
    "channels:try_again": Row(lambda w: (w.delivery.pk,), post=leads_only(DONE)),
    "channels:place": Row(
        lambda w: (w.delivery.pk,),
        post=leads_only(DONE),
        form=lambda w: {"case": w.case.ref},
    ),
    "channels:source": Row(
        lambda w: (w.delivery.pk,),
        get=access(agent=(NOWHERE,) * 2, approver=(NOWHERE,) * 2, leads=(SEEN,) * 2),
    ),
    # a mail that no case took belongs to no team
    "channels:raw": Row(
        lambda w: (w.delivery.pk,),
        get=access(agent=(NOWHERE,) * 2, approver=(NOWHERE,) * 2, leads=(SEEN,) * 2),
    ),
    "channels:whole": Row(
        lambda w: (w.delivery.pk,),
        get=access(agent=(NOWHERE,) * 2, approver=(NOWHERE,) * 2, leads=(SEEN,) * 2),
    ),
    "channels:attachment": Row(lambda w: (w.attachment.pk,), get=in_reach(SEEN)),
    "channels:picture": Row(lambda w: (w.attachment.pk,), get=alike(NOWHERE)),
    "channels:words": Row(lambda w: (w.message.pk,), get=in_reach(SEEN)),
    "channels:upload": Row(lambda w: (w.upload.pk,), get=its_agent(SEEN)),
    "desk:attach": of_case(post=in_reach(DONE)),
    "desk:detach": Row(lambda w: (w.case.ref, w.upload.pk), post=its_agent(DONE)),
    "channels:frame": Row(lambda w: (w.message.pk,), get=in_reach(SEEN)),
    "desk:send": of_case(post=in_reach(DONE), form=_answer),
    "desk:add_copy": of_case(
        post=in_reach(SEEN), form=lambda _: {"new_copy": "ann@carrier.example"}
    ),
    "replies:check": of_case(post=in_reach(SEEN), form=lambda _: {"text": "Dear Eva"}),
    "replies:draft": of_case(post=in_reach(SAVED), form=lambda _: {"text": "Dear Eva"}),
    "replies:outline": of_case(post=in_reach(DONE)),
    # its link is its key: a customer's browser need not take our cookies
    "surveys:answer": Row(
        lambda _: ("no-such-token",),
        get=alike_for_all(NOWHERE),
        post=alike_for_all(NOWHERE),
        foreign=NOWHERE,
    ),
    "surveys:thanks": Row(lambda _: ("no-such-token",), get=alike_for_all(NOWHERE)),
    "insight:scorecard": Row(get=alike(SEEN)),
    "insight:paper": Row(get=alike(SEEN)),
    "rail": Row(get=alike(SEEN)),
    "me": Row(get=alike(SEEN), post=alike(DONE), form=lambda _: {"language": "th"}),
    "live": Row(get=alike(SEEN), streams=True),
    "account_login": Row(get=signed_out(SEEN, 302), post=signed_out(SEEN, 302)),
    "account_logout": Row(get=signed_out(302, SEEN), post=alike_for_all(302)),
    "account_inactive": Row(get=alike_for_all(SEEN)),
    "account_change_password": Row(get=alike(SEEN), post=alike(SEEN)),
    "account_reset_password": Row(get=alike_for_all(SEEN), post=alike_for_all(SEEN)),
    "account_reset_password_done": Row(get=alike_for_all(SEEN)),
    "account_reset_password_from_key": Row(
        lambda _: ("1", "set-password"),
        get=alike_for_all(SEEN),
        post=alike_for_all(SEEN),
    ),
    "account_reset_password_from_key_done": Row(get=alike_for_all(SEEN)),
}
