"""The answer box as the page draws it: draft, checks, promises found, who receives it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from evenhand.cases.models import Case
from evenhand.cases.queries import Redirected, participants_of, redirected
from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.lookalike import Warned, lookalikes
from evenhand.channels.models import Upload
from evenhand.channels.queries.files import uploads_of
from evenhand.coach.rules.context import FoundFault, Severity, primary
from evenhand.coach.rules.progress import Progress, aro_progress
from evenhand.customers import queries as customers
from evenhand.customers.models import Identity
from evenhand.decisions import queries as decisions
from evenhand.decisions.queries import IssuePanel
from evenhand.kernel.money import Money
from evenhand.promises import queries as promises
from evenhand.promises.models import Promise
from evenhand.replies import queries
from evenhand.replies.authors import Name, authors_of
from evenhand.replies.copies import Added, shown
from evenhand.replies.models import HeldAnswer
from evenhand.replies.rules import (
    Proposal,
    Recipients,
    key_of,
    proposal_of,
    times_to_leave,
)
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission

# Rules of what an answer lacks altogether: there is no place in it to point at.
OF_WHAT_IS_MISSING = frozenset(
    {
        "missing-recourse",
        "no-acknowledgement",
        "no-next-step",
        "no-specifics",
        "unanswered-issue",
    }
)
# The languages that the checks can tell apart.
LANGUAGES = {
    "en": _("English"),
    "zh": _("Chinese"),
    "ja": _("Japanese"),
    "th": _("Thai"),
}


@dataclass(frozen=True, slots=True)
class Written:
    """What stood in the answer box: the text and every choice beside it."""

    text: str = ""
    token: str = ""
    mode: str = "reply"
    confirmed: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    promise: frozenset[str] = frozenset()
    admit: frozenset[str] = frozenset()
    cc: frozenset[str] = frozenset()
    # new addresses, and one that was typed and not added yet
    added: frozenset[str] = frozenset()
    new_copy: str = ""
    # keys of the files that the form showed beside the text
    file: frozenset[str] = frozenset()
    override_reason: str = ""
    then_close: bool = False
    # the key of the name to write under; "" where none was offered
    name: str = ""
    # a time to leave was asked for: one that was offered, or one of the writer's own
    later: bool = False
    leave: str = ""
    leave_on: str = ""
    # its sending was just refused because of the checks
    refused: bool = False

    @property
    def name_key(self) -> int | None:
        """The chosen name as a key; None where none was, or what is no key."""
        is_key = self.name.isascii() and self.name.isdecimal()
        return int(self.name) if is_key else None


@dataclass(frozen=True, slots=True)
class Check:
    """One fault for the page, in the language of who writes.

    `quote` is the place in the draft, from `start`; `instead` what to say there, in the
    customer's language. `confirmed` repeats what was ticked before.
    """

    key: str
    severity: str
    title: str
    what: str
    quote: str
    start: int
    instead: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A commitment found in the draft, and whether its writer chose to keep it."""

    key: str
    what: str
    due: date | datetime | None
    amount: Money | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Other:
    """A further address of the case, since when it takes part, and whether it gets a copy.

    `warned` says whom it could be taken for.
    """

    address: str
    chosen: bool
    name: str
    since: datetime
    warned: tuple[Warned, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken promise of which the customer has not been told, and whether this does."""

    promise: Promise
    chosen: bool


@dataclass(frozen=True, slots=True)
class Composer:
    """Everything that `desk/_composer.html` and `replies/_checks.html` read."""

    draft: str
    language: str
    token: str
    to: tuple[str, ...]
    in_place_of: str
    others: tuple[Other, ...]
    added: tuple[Added, ...]
    new_copy: str
    files: tuple[Upload, ...]
    # whom the answer would be turned away from, until that is confirmed
    redirected: Redirected | None
    redirect_confirmed: bool
    # addresses among them that mail came back from
    bounced: tuple[Identity, ...]
    checks: tuple[Check, ...]
    promises: tuple[Offered, ...]
    unadmitted: tuple[Broken, ...]
    aro: Progress
    sentences: tuple[str, ...]
    may_override: bool
    override_reason: str
    then_close: bool
    # whose answer waits to leave, before which no other can
    held: HeldAnswer | None
    times: tuple[datetime, ...]
    leave: str
    leave_on: str
    # under which name the mail leaves, and what will stand below its words; `names` are
    # all of them where there is a choice
    author: Address
    below: str
    names: tuple[Name, ...]
    refused: bool

    @property
    def blocked(self) -> bool:
        """Whether the checks hold it back without a supervisor's reason."""
        return any(check.severity == Severity.BLOCK.value for check in self.checks)

    @property
    def is_held_back(self) -> bool:
        """Whether something is left to mend or to confirm before it can be sent."""
        unconfirmed = (each for each in self.checks if not each.confirmed)
        return self.blocked or any(
            each.severity == Severity.ERROR.value for each in unconfirmed
        )


def composer_of(
    case: Case,
    *,
    member: Member,
    at: datetime,
    written: Written | None = None,
    panels: Sequence[IssuePanel] | None = None,
) -> Composer:
    """Return the answer box with what stands in it, checked as it would be on sending.

    Without `written` it holds the saved draft and a fresh token. A fixed number of
    queries; pass `panels` where the page has them.
    """
    written = written or _resumed(case, member=member, at=at)
    panels = decisions.panels(case, member=member, at=at) if panels is None else panels
    found = offered(case, written=written, at=at)
    files = uploads_of(case, member=member)
    kept = chosen(found)
    faults = _faults(
        case, written, panels, member=member, at=at, kept=kept, files=len(files)
    )
    reach = queries.recipients(case)
    turned = redirected(case)
    whose = authors_of(case, chosen=written.name_key)
    return Composer(
        draft=written.text,
        language=case.language,
        token=written.token or uuid4().hex,
        to=reach.to,
        in_place_of=reach.in_place_of,
        others=_others(case, reach, written=written),
        added=shown(case, written.added, reach=reach),
        new_copy=written.new_copy,
        files=files,
        redirected=turned,
        redirect_confirmed=turned is not None and turned.key in written.confirmed,
        bounced=_bounced(reach, written=written),
        checks=tuple(_check(fault, written=written) for fault in faults),
        promises=found,
        unadmitted=_unadmitted(case, written=written),
        aro=aro_progress(written.text, case.language),
        sentences=_sentences(case, panels),
        may_override=member.may(Permission.OVERRIDE_A_BLOCK),
        override_reason=written.override_reason,
        then_close=written.then_close,
        held=queries.held_in(case),
        times=times_to_leave(at, case.team.schedule),
        leave=written.leave,
        leave_on=written.leave_on,
        author=whose.author,
        below=whose.below,
        names=whose.names,
        refused=written.refused,
    )


def _bounced(reach: Recipients, *, written: Written) -> tuple[Identity, ...]:
    every = (*reach.to, *reach.others, *written.added)
    return tuple(customers.bounced_among(every))


def _unadmitted(case: Case, *, written: Written) -> tuple[Broken, ...]:
    return tuple(
        Broken(promise, str(promise.pk) in written.admit)
        for promise in promises.unadmitted(case)
    )


def _sentences(case: Case, panels: Sequence[IssuePanel]) -> tuple[str, ...]:
    """Return what the decisions themselves say to the customer, in their language."""
    decided = [panel.decision for panel in panels if panel.decision]
    said = (each.say.get(primary(case.language), "") for each in decided)
    return tuple(filter(None, said))


def _resumed(case: Case, *, member: Member, at: datetime) -> Written:
    """Return the saved draft; one that was sent and taken back with all its choices."""
    draft = queries.saved_draft(case, member=member)
    text = draft.text if draft else ""
    added = frozenset(draft.added if draft else ())
    name = str(draft.identity_id or "") if draft else ""
    kept = queries.choices_of_draft(case, member=member, text=text) if text else {}
    if not kept:
        return Written(text=text, added=added, name=name)
    keys = frozenset(proposal_of(one).key for one in kept["promises"])
    found = queries.proposals(text, case=case, at=at)
    return Written(
        text=text,
        confirmed=frozenset(kept["confirmed"]),
        seen=keys | frozenset(one.key for one in found),
        promise=keys,
        admit=frozenset(map(str, kept["admits"])),
        cc=frozenset(kept["cc"]),
        added=added,
        override_reason=kept["override_reason"],
        then_close=kept["then_close"],
        name=name,
    )


def _others(case: Case, reach: Recipients, *, written: Written) -> tuple[Other, ...]:
    """Return who else may get a copy, with what one should know of each."""
    known = customers.addresses_of(case.customer)
    joined = {one.address: one for one in participants_of(case)}
    return tuple(
        Other(
            address=address,
            chosen=address in written.cc or address in written.added,
            name=joined[address].name,
            since=joined[address].joined_at,
            warned=lookalikes(
                Address(joined[address].name, address),
                domains=settings.MAIL_DOMAINS,
                names=(),
                known=known,
            ),
        )
        for address in reach.others
        if address in joined
    )


def _faults(
    case: Case,
    written: Written,
    panels: Sequence[IssuePanel],
    *,
    member: Member,
    at: datetime,
    kept: Sequence[Proposal],
    files: int,
) -> tuple[FoundFault, ...]:
    if not written.text.strip():
        return ()
    context = queries.check_context(
        case, member=member, at=at, panels=panels, kept=kept, files=files
    )
    return queries.findings(written.text, context=context)


def offered(case: Case, *, written: Written, at: datetime) -> tuple[Offered, ...]:
    """Return the commitments that the draft makes, and which its writer keeps."""
    found = queries.proposals(written.text, case=case, at=at)
    return tuple(_offered(one, written=written) for one in found)


def unseen(promised: Sequence[Offered], *, written: Written) -> bool:
    """Whether the text makes a promise that its writer was not asked about yet."""
    return any(one.key not in written.seen for one in promised)


def chosen(promised: Sequence[Offered]) -> tuple[Proposal, ...]:
    """Return the proposals that become promises with the answer."""
    return tuple(
        Proposal(what=one.what, due=one.due, amount=one.amount)
        for one in promised
        if one.chosen
    )


def _check(fault: FoundFault, *, written: Written) -> Check:
    params = dict(fault.params)
    if code := params.get("language"):
        params["language"] = str(LANGUAGES.get(code, code))
    return Check(
        key=key_of(fault),
        severity=fault.severity.value,
        title=gettext(fault.what).format(**params),
        what=gettext(fault.advice).format(**params),
        quote=""
        if fault.rule in OF_WHAT_IS_MISSING
        else written.text[fault.start : fault.end],
        start=fault.start,
        instead=fault.say_instead,
        confirmed=key_of(fault) in written.confirmed,
    )


def _offered(proposal: Proposal, *, written: Written) -> Offered:
    return Offered(
        key=proposal.key,
        what=proposal.what,
        due=proposal.due,
        amount=proposal.amount,
        chosen=_is_chosen(proposal, written=written),
    )


def _is_chosen(proposal: Proposal, *, written: Written) -> bool:
    """Whether it is kept: a dated one from the start, until its writer unticks it.

    One without a day waits for its day, because it cannot be kept without.
    """
    if proposal.key in written.seen:
        return proposal.key in written.promise
    return proposal.due is not None or proposal.key in written.promise
