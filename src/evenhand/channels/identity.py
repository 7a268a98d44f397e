"""Who we are in mail: our addresses, our secret, the mark that shows a loop."""

from __future__ import annotations

import hashlib
import hmac
from uuid import uuid4

from django.conf import settings

from evenhand.cases.models import Case, SideConversation
from evenhand.channels.mail import thread
from evenhand.channels.mail.addresses import Address
from evenhand.channels.models import SendingIdentity
from evenhand.channels.queries.mailboxes import mailbox_addresses
from evenhand.channels.queries.sending import identity_addresses
from evenhand.kernel.addresses import domain_of, same_form, without_tag
from evenhand.staff.models import Team


def secret() -> str:
    """Return the key of the case tokens, derived so that it serves nothing else."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"evenhand.channels.tokens", hashlib.sha256).hexdigest()


def loop_mark() -> str:
    """Return the word in every mail we send by which we know our own."""
    return hmac.new(secret().encode(), b"loop", hashlib.sha256).hexdigest()[:24]


def mail_mark(mail_id: str) -> str:
    """Return the mark in one mail of ours: the loop's word, and a signature of its id.

    Who only knows the Message-ID cannot make it; who has the whole mail before them,
    as a server that reports on it, can show it.
    """
    digest = hmac.new(secret().encode(), f"mail:{mail_id}".encode(), hashlib.sha256)
    return f"{loop_mark()}.{digest.hexdigest()[:24]}"


def is_mark_of(mark: str, *, mail_id: str) -> bool:
    """Whether a mark is the one in our mail of this id (compared in constant time)."""
    return hmac.compare_digest(mark.encode(), mail_mark(mail_id).encode())


def bears_our_mark(mark: str) -> bool:
    """Whether a mail with this mark was written by us, whichever it is."""
    return mark.partition(".")[0] == loop_mark()


def domains() -> frozenset[str]:
    """Return the domains whose mail is ours to take, in the form for comparing."""
    return frozenset(domain_of(domain) for domain in settings.MAIL_DOMAINS)


def domain() -> str:
    """Return the domain in the Message-IDs and addresses that we write."""
    return domain_of(settings.MAIL_ADDRESS)


def own_addresses() -> frozenset[str]:
    """Return the addresses beyond our domains that are ours: fetched or written from."""
    return mailbox_addresses() | frozenset(identity_addresses())


def desk_address() -> str:
    """Return the desk's own address in the form for comparing, without a tag."""
    return same_form(without_tag(settings.MAIL_ADDRESS))


def address_of(team: Team) -> str:
    """Return the address of a team's mailbox; the desk's own where it has none."""
    return f"{team.mailbox}@{domain()}" if team.mailbox else settings.MAIL_ADDRESS


def is_ours(address: str) -> bool:
    """Whether an address, with or without a tag, is one that the desk answers from."""
    plain = same_form(without_tag(address))
    if plain in own_addresses():
        return True
    if domain_of(plain) not in domains():
        return False
    if plain == desk_address():
        return True
    return Team.objects.filter(mailbox__iexact=plain.partition("@")[0]).exists()


def sender(team: Team, *, identity: SendingIdentity | None) -> Address:
    """Return what stands in From: the identity's words, else the shop's and the team's."""
    name = identity.from_name if identity else ""
    address = identity.address if identity else ""
    return Address(name or settings.SHOP_NAME, address or address_of(team))


def reply_to(case: Case, *, author: Address, plain: bool = False) -> Address:
    """Return the address that brings an answer back to this case.

    The author's own with the case's token as its tag; `plain` for a mail server that
    knows no tags, where an answer is known by the ids in its head alone.
    """
    return author if plain else _tagged(author, case.ref)


def side_reply_to(
    side: SideConversation, *, author: Address, plain: bool = False
) -> Address:
    """Return the address that brings an answer back to this side conversation."""
    return author if plain else _tagged(author, thread.side_ref(side.pk))


def _tagged(author: Address, ref: str) -> Address:
    base = thread.reply_address(ref, base=author.addr, secret=secret())
    return Address(author.name, base)


def new_message_id(case: Case) -> str:
    """Return a fresh Message-ID (no brackets) that names the case under our signature."""
    return _new_id(case.ref)


def new_side_id(side: SideConversation) -> str:
    """Return a fresh Message-ID that names the side conversation, and no case."""
    return _new_id(thread.side_ref(side.pk))


def _new_id(ref: str) -> str:
    return thread.outgoing_id(ref, unique=uuid4().hex, domain=domain(), secret=secret())
