"""Mailboxes with their health; the doors to them."""

from __future__ import annotations

from django.db.models import Case, Q, QuerySet, Value, When

from evenhand.channels.models import Mailbox
from evenhand.channels.queries.doors import NoSuchMail, must
from evenhand.kernel.addresses import same_form
from evenhand.kernel.look import seen
from evenhand.ledger.models import Entry
from evenhand.ledger.queries import told_of
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission


def mailboxes(member: Member) -> QuerySet[Mailbox]:
    """Return all mailboxes with team and health; for who sets up mail alone.

    Those in need come first, what fails before what is only silent; then by name.
    """
    must(member, Permission.SET_UP_MAIL)
    need = Case(
        When(enabled=False, then=Value(3)),
        When(failing_since__isnull=False, then=Value(0)),
        When(alarm="silent", then=Value(2)),
        # fetched by no process, or whatever a later version tells of
        When(~Q(alarm=""), then=Value(1)),
        default=Value(3),
    )
    found = Mailbox.objects.select_related("team").defer("secret")
    return found.order_by(need, "name", "pk")


def mailbox_for(member: Member, pk: int) -> Mailbox:
    """Return a mailbox, for who sets up mail; NoSuchMail for others and where none is."""
    must(member, Permission.SET_UP_MAIL)
    found = Mailbox.objects.select_related("team").filter(pk=pk).first()
    if found is None:
        raise NoSuchMail(f"mailbox {pk}")
    return found


def mailboxes_in_need() -> QuerySet[Mailbox]:
    """Return those of which the desk was told that they fail or are silent."""
    return Mailbox.objects.exclude(alarm="").only("pk", "name", "alarm", "fault")


def left_there(mailbox: Mailbox, *, most: int = 10) -> list[Entry]:
    """Return what the ledger says of mails that were not taken, the latest first.

    Kinds mailbox.refused (too large) and mailbox.stuck (the server does not hand it
    out); nobody else hears of these, since their senders believe them delivered.
    """
    kinds = ("mailbox.refused", "mailbox.stuck")
    return told_of([f"mailbox:{mailbox.pk}"], kinds=kinds)[: -most - 1 : -1]


def mailbox_addresses() -> frozenset[str]:
    """Return the addresses whose mail is fetched, in the form for comparing."""
    return seen("mailbox addresses", _mailbox_addresses)[0]


def _mailbox_addresses() -> tuple[frozenset[str]]:
    known = Mailbox.objects.exclude(address="").values_list("address", flat=True)
    return (frozenset(same_form(address) for address in known),)


def mailboxes_to_fetch() -> bool:
    """Whether any mailbox is connected and not paused."""
    return Mailbox.objects.filter(enabled=True).exists()


def mailboxes_held() -> list[str]:
    """Return the names of the mailboxes that some process fetches just now."""
    return list(Mailbox.objects.exclude(holder="").values_list("name", flat=True))
