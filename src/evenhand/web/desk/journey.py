"""The ledger's entries about a case, told as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from evenhand.cases.models import Message
from evenhand.channels.templatetags.mail_words import reason_words
from evenhand.customers.models import Customer, Identity, IdentityKind
from evenhand.decisions.templatetags.decision_words import titles
from evenhand.kernel.addresses import same_form
from evenhand.ledger.models import Entry
from evenhand.staff.models import Member
from evenhand.web.desk.forms import KIND_WORDS

# A kind's sentence; %(name)s is taken from the entry's data. A guard test holds it
# complete for every kind that is recorded about a case.
SENTENCES: Mapping[str, str | Promise] = {
    "case.opened": lazy("Opened the case"),
    "case.kept": lazy("Kept mail from before the desk as a closed case"),
    "case.opened_again": lazy("Opened the case again"),
    "case.woken": lazy("The case is open again for what came beside it"),
    "case.closed": lazy("Closed the case"),
    "case.kind_changed": lazy("Changed the kind from %(from)s to %(to)s"),
    "case.handed_over": lazy("Handed the case over to %(to)s"),
    "case.merged": lazy("Merged it into #%(into)s"),
    "case.took_in": lazy("Merged #%(case)s into it"),
    "case.parted": lazy("Undid the merge into #%(case)s"),
    "case.let_go": lazy("Undid the merge of #%(case)s"),
    "case.split": lazy("Split messages off into #%(to)s"),
    "case.split_off": lazy("Split it off from #%(from)s"),
    "case.split_undone": lazy("Undid the split with #%(case)s"),
    "case.customer_changed": lazy("Gave the case from %(was)s to %(to)s"),
    "case.order_linked": lazy("Linked order %(order)s"),
    "message.received": lazy("Wrote to us"),
    "message.fetched": lazy("Fetched a mail from before the desk"),
    "message.answered": lazy("Answered"),
    "message.sent_elsewhere": lazy("Answered with a mail program"),
    "message.written": lazy("Wrote by itself"),
    "side.opened": lazy("Began a conversation beside the case: %(subject)s"),
    "side.written": lazy("Wrote beside the case: %(subject)s"),
    "side.sent_elsewhere": lazy(
        "%(who)s wrote beside the case with a mail program: %(subject)s"
    ),
    "side.scheduled": lazy(
        "Wrote a mail beside the case that leaves at a time of its own: %(subject)s"
    ),
    "side.rescheduled": lazy(
        "Chose another time for a mail beside the case: %(subject)s"
    ),
    "side.taken_back": lazy(
        "Took a mail beside the case back before it left: %(subject)s"
    ),
    "side.returned": lazy(
        "A mail beside the case that waited did not leave: %(subject)s"
    ),
    "side.received": lazy("%(who)s wrote beside the case: %(subject)s"),
    "side.read": lazy("Read what came beside the case: %(subject)s"),
    "side.file_taken": lazy("Took %(name)s from beside the case into an answer"),
    "note.written": lazy("Left a note for the team"),
    "issue.raised": lazy("Raised the point: %(title)s"),
    "participant.joined": lazy("Another address joined the conversation"),
    "finding.recorded": lazy("Recorded what was found out"),
    "decision.made": lazy("Decided: %(title)s"),
    "decision.exception": lazy("Decided otherwise than the policy: %(title)s"),
    "decision.differs": lazy("The page no longer gives what was decided: %(title)s"),
    "decision.agrees": lazy("The page gives again what was decided: %(title)s"),
    "approval.asked": lazy("Asked for approval: %(title)s"),
    "approval.granted": lazy("Approved: %(title)s"),
    "approval.refused": lazy("Refused approval: %(title)s"),
    "approval.withdrawn": lazy("No longer asks for approval: %(title)s"),
    "promise.made": lazy("Promised: %(what)s"),
    "promise.due": lazy("A promise falls due within the hour"),
    "promise.late": lazy("A promise has passed its time"),
    "promise.kept": lazy("Kept a promise"),
    "promise.moved": lazy("Moved a promise with the customer's consent"),
    "promise.broken": lazy("Said that a promise was broken: %(reason)s"),
    "promise.admitted": lazy("Told the customer that a promise was broken"),
    "promise.released": lazy("Released a promise: %(reason)s"),
    "promise.handed_over": lazy("Handed a promise over to %(to)s"),
    "reply.scheduled": lazy("Wrote an answer that leaves at a time of its own"),
    "reply.rescheduled": lazy("Chose another time for an answer"),
    "reply.taken_back": lazy("Took an answer back before it left"),
    "reply.returned": lazy("An answer that waited did not leave"),
    "reply.override": lazy("Sent it against the checks: %(reason)s"),
    "mail.sent": lazy("The mail has left"),
    "mail.failed": lazy("The mail could not be delivered: %(why)s"),
    "mail.bounced": lazy("The mail came back: %(why)s"),
    "mail.placed": lazy("Put a mail of the tray into the case"),
    "mail.queued_again": lazy("Sent the mail again"),
    "mail.readdressed": lazy("Sent the mail to a corrected address"),
    "mail.left": lazy("Left a mail undelivered"),
    "file.infected": lazy("The virus scanner found %(found)s in %(name)s"),
    "survey.asked": lazy("Asked how it went"),
    "survey.answered": lazy("Answered the survey: %(satisfaction)s of 5"),
}
# Decisions are told with their sum, where they have one.
WITH_AMOUNT = ("decision.", "approval.")
# Both cases of a merge or split have an entry; where they are one, one is told.
OF_THE_OTHER = frozenset(
    {"case.merged", "case.parted", "case.split_off", "case.split_undone"}
)
# What came from outside: who wrote it stands at the message, not in the entry.
OF_A_WRITER = frozenset(
    {"message.received", "message.sent_elsewhere", "case.opened_again"}
)
# Steps within the desk, which another entry of the same transaction tells already.
UNTOLD = frozenset(
    {"mail.queued", "reply.held", "reply.sent", "side.held", "survey.skipped"}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case's journey; `actor` is a person's name or the desk itself."""

    at: datetime
    sentence: str
    actor: str
    kind: str


def journey_of(entries: Iterable[Entry], *, customer_name: str) -> list[Step]:
    """Tell the entries in their order; a fixed number of queries for all names."""
    entries = [entry for entry in entries if entry.kind not in UNTOLD]
    names = _names({key for entry in entries for key in _members_in(entry)})
    writers = _writers(entries)
    return [
        Step(
            at=entry.at,
            sentence=sentence_of(entry, names=names),
            actor=writers.get(_message_of(entry))
            or _actor(entry.actor, names=names, customer_name=customer_name),
            kind=entry.kind,
        )
        for entry in entries
    ]


def sentence_of(entry: Entry, *, names: Mapping[str, str]) -> str:
    """Say what happened, in the language of the page."""
    sentence = SENTENCES.get(entry.kind)
    if sentence is None:
        # a kind of a later version whose entries an older one shows
        return entry.kind
    if entry.kind == "case.handed_over" and not entry.data.get("to"):
        return _("Laid the case back where anyone may take it")
    if entry.kind == "case.handed_over" and entry.data["to"] == entry.actor:
        return _("Took the case")
    known = names
    if entry.kind.startswith(WITH_AMOUNT):
        known = {**names, **titles()}
    if entry.kind == "case.kind_changed":
        known = {kind: str(word) for kind, word in KIND_WORDS}
    words = _Words(
        {name: _word(value, names=known) for name, value in entry.data.items()}
    )
    if "why" in words:
        words["why"] = reason_words(words["why"])
    told = str(sentence) % words
    amount = words.get("amount") if entry.kind.startswith(WITH_AMOUNT) else ""
    return f"{told} · {amount}" if amount else told


class _Words(dict[str, str]):
    """Entries of an earlier version may lack a name that the sentence has today."""

    def __missing__(self, _name: str) -> str:
        return "…"


def _word(value: object, *, names: Mapping[str, str]) -> str:
    text = str(value)
    return names.get(text, text)


def _members_in(entry: Entry) -> Iterable[str]:
    yield entry.actor
    yield from (value for value in entry.data.values() if isinstance(value, str))


def _names(actors: set[str]) -> dict[str, str]:
    """Return the names of members and customers; a case may have had several of these."""
    found = (
        ("member", Member.objects.filter(pk__in=_keys(actors, of="member"))),
        ("customer", Customer.objects.filter(pk__in=_keys(actors, of="customer"))),
    )
    return {
        f"{thing}:{key}": name
        for thing, people in found
        for key, name in people.values_list("pk", "name")
    }


def _writers(entries: Iterable[Entry]) -> dict[int | None, str]:
    """Return message -> who wrote it: the customer of its address, else the address.

    Whoever knows a Message-ID may write into a case; the entry names its customer.
    """
    told = map(_message_of, entries)
    wanted = {message for message in told if message is not None}
    wrote = {
        key: same_form(sender)
        for key, sender in Message.objects.filter(pk__in=wanted)
        .exclude(sender="")
        .values_list("pk", "sender")
    }
    known = Identity.objects.filter(
        kind=IdentityKind.EMAIL, value__in=set(wrote.values())
    )
    names = dict(known.values_list("value", "customer__name"))
    return {key: names.get(address, address) for key, address in wrote.items()}


def _message_of(entry: Entry) -> int | None:
    """Return the key of the message from outside that an entry tells of."""
    if entry.kind not in OF_A_WRITER:
        return None
    told = entry.data.get("message")
    if isinstance(told, int):
        return told
    return next(iter(_keys({entry.subject}, of="message")), None)


def _keys(actors: set[str], *, of: str) -> set[int]:
    return {
        int(key)
        for thing, _colon, key in (actor.partition(":") for actor in actors)
        # what people write stands among these texts: "member:²" is no key
        if thing == of and key.isascii() and key.isdigit() and len(key) < 16
    }


def _actor(actor: str, *, names: Mapping[str, str], customer_name: str) -> str:
    if actor.startswith("customer:"):
        return names.get(actor, customer_name)
    return names.get(actor, _("The desk"))
