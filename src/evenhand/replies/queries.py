"""Drafts, what the checks may know of a case, what they find, whom an answer reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from evenhand.cases.models import Case, Direction, Message
from evenhand.cases.queries import family_of, participants_of, visible_to
from evenhand.channels import queries as channels
from evenhand.channels.queries.doors import FORGOTTEN_AT_ONCE
from evenhand.channels.queries.waiting import returned_unused
from evenhand.coach.rules import check as coach
from evenhand.coach.rules.context import Context, FoundFault, primary
from evenhand.coach.rules.promises import promises_in
from evenhand.coach.rules.reading import Reading, read
from evenhand.customers import queries as customers
from evenhand.customers.models import IdentityKind, Order, OrderLine
from evenhand.decisions import queries as decisions
from evenhand.decisions.models import Decision
from evenhand.decisions.queries import IssuePanel
from evenhand.decisions.rules.words import UPHOLDS, Verdict
from evenhand.decisions.sheets import DEFAULT_CURRENCY
from evenhand.kernel.addresses import same_form
from evenhand.kernel.money import Money
from evenhand.promises import queries as promises
from evenhand.promises.models import Promise
from evenhand.replies.models import Draft, HeldAnswer, HeldState, Sending
from evenhand.replies.rules import Proposal, Recipients
from evenhand.staff import queries as staff
from evenhand.staff.models import Member

NEEDS_RECOURSE = frozenset({Verdict.NOT_UPHELD, Verdict.PARTLY_UPHELD})
# Shorter words of a title stand in any answer.
SHORTEST_WORD = 4


def saved_draft(case: Case, *, member: Member) -> Draft | None:
    """Return what the member has begun for this case, with who is to get it."""
    return Draft.objects.filter(case=case, member=member).first()


def draft_of(case: Case, *, member: Member) -> str:
    """Return what the member has written for this case and not sent."""
    found = saved_draft(case, member=member)
    return found.text if found else ""


def sent_with(token: str) -> Message | None:
    """Return the answer that the form of this token has already sent."""
    found = Sending.objects.filter(token=token).select_related("message").first()
    return found.message if found else None


def held_in(case: Case) -> HeldAnswer | None:
    """Return the answer of a case that waits to leave."""
    found = HeldAnswer.objects.filter(case=case, state=HeldState.HELD)
    return found.select_related("member").first()


def held_for(case: Case, pk: int) -> HeldAnswer | None:
    """Return an answer of this case by its key, whatever became of it."""
    found = HeldAnswer.objects.filter(case=case, pk=pk)
    return found.select_related("case", "member").first()


def returned_to(case: Case, *, member: Member) -> list[HeldAnswer]:
    """Return the member's answers that did not leave, of which they do not know yet."""
    found = HeldAnswer.objects.filter(
        case=case, member=member, state=HeldState.RETURNED, seen_at__isnull=True
    )
    return list(found.order_by("pk"))


def _said_here(case: Case) -> QuerySet[Message]:
    """Return what people said to this desk; mail from before it changes no answer."""
    return Message.objects.filter(case__in=family_of(case), automatic="", earlier=False)


def last_said(case: Case) -> int:
    """Return the key of the latest message of a case that a person wrote; 0 for none."""
    said = _said_here(case)
    return said.aggregate(last=Max("pk"))["last"] or 0


def said_since(case: Case, last: int) -> str:
    """Say who wrote after the message of this key: customer_wrote, answered or ""."""
    said = _said_here(case)
    wrote = set(said.filter(pk__gt=last).values_list("direction", flat=True))
    if Direction.IN in wrote:
        return "customer_wrote"
    return "answered" if wrote else ""


def overtaken_held() -> list[HeldAnswer]:
    """Return answers that wait for a time, in whose case somebody said something since."""
    said = Message.objects.filter(
        Q(case=OuterRef("case")) | Q(case__merged_into=OuterRef("case")),
        automatic="",
        earlier=False,
        pk__gt=OuterRef("last"),
    )
    waiting = HeldAnswer.objects.filter(state=HeldState.HELD, later=True).annotate(
        last=Cast(KT("choices__last"), BigIntegerField())
    )
    found = waiting.filter(Exists(said)).select_related("case", "member")
    return list(found.order_by("case", "pk")[:FORGOTTEN_AT_ONCE])


def held_later(member: Member) -> list[HeldAnswer]:
    """Return the answers within the member's reach that wait for a time, soonest first."""
    found = HeldAnswer.objects.filter(
        state=HeldState.HELD, later=True, case__in=visible_to(member.reach)
    )
    return list(found.select_related("case", "member").order_by("leave_at", "pk")[:200])


def returned_unseen(member: Member) -> list[HeldAnswer]:
    """Return the member's answers that came back and were not looked at yet."""
    found = HeldAnswer.objects.filter(
        member=member, state=HeldState.RETURNED, seen_at__isnull=True
    )
    return list(
        found.select_related("case", "member").order_by("-ended_at", "pk")[:200]
    )


def returned_count(member: Member) -> int:
    """Return how many of the member's mails came back unseen; one query.

    Answers, and mails to third parties.
    """
    answers = HeldAnswer.objects.filter(
        member=member, state=HeldState.RETURNED, seen_at__isnull=True
    )
    asides = returned_unused(member)
    return answers.values("pk").union(asides.values("pk"), all=True).count()


def choices_of_draft(case: Case, *, member: Member, text: str) -> dict[str, Any]:
    """Return what was chosen beside these words when they were sent and taken back."""
    back = (
        HeldAnswer.objects.filter(
            case=case, state__in=[HeldState.TAKEN_BACK, HeldState.RETURNED]
        )
        .filter(Q(ended_by=member) | Q(ended_by__isnull=True, member=member))
        .order_by("-ended_at", "-pk")
        .first()
    )
    return back.choices if back is not None and back.text == text else {}


def recipients(case: Case) -> Recipients:
    """Return where an answer goes: the customer's own address that wrote last.

    In the case or in what is merged into it; another customer is never written to.
    Where mail to that address came to nothing and a colleague corrected it, the answer
    goes on to the corrected one, until the customer writes from the old one again.
    """
    own = [
        identity.value
        for identity in case.customer.identities.filter(
            kind=IdentityKind.EMAIL
        ).order_by("pk")
    ]
    wrote = (
        Message.objects.filter(
            case__in=family_of(case),
            direction=Direction.IN,
            automatic="",
        )
        .order_by("-said_at", "-pk")
        .values_list("sender", "said_at")
    )
    # a sender stands as it was written: another case, a domain in letters
    theirs = ((same_form(sender), at) for sender, at in wrote)
    known, since = next(
        (each for each in theirs if each[0] in own), (next(iter(own), ""), None)
    )
    right = _corrected(case, known, since=since)
    to = right or known
    others = [participant.address for participant in participants_of(case)]
    return Recipients(
        to=(to,) if to else (),
        others=tuple(
            address for address in others if same_form(address) != same_form(to)
        ),
        in_place_of=known if right else "",
    )


def _corrected(case: Case, address: str, *, since: datetime | None) -> str:
    right = channels.corrected_to(address, among=family_of(case), since=since)
    owner = customers.by_address(right) if right else None
    return right if owner in {None, case.customer} else ""


def check_context(
    case: Case,
    *,
    member: Member,
    at: datetime,
    panels: Sequence[IssuePanel] | None = None,
    kept: Sequence[Proposal] = (),
    files: int | None = None,
) -> Context:
    """Return what the checks know of the case as the member would answer it now.

    `amounts` are those that were decided or promised, with the figures of the decisions'
    own sentences, and nothing else: what the customer paid may be named but not given.
    The days of what the answer itself promises (`kept`) are on record too, save where
    its sum was decided or promised before: that one has a day of its own. Pass `panels`
    where a page has them already; `files` counts those that go along.
    """
    if panels is None:
        panels = decisions.panels(case, member=member, at=at)
    made, lines = promises.open_on(case), _lines(case)
    decided = [panel.decision for panel in panels if panel.decision]
    today = at.astimezone(ZoneInfo(case.team.time_zone))
    currency = _currency(case, panels=panels, today=today)
    told = _told(case, decided=decided, today=today, currency=currency)
    amounts = _amounts(panels, made=made, told=told)
    return Context(
        language=case.language,
        today=today,
        kind=case.kind,  # type: ignore[arg-type]  # the column's check holds it to the four
        customer_names=_names(case),
        agent_name=member.name,
        limit=staff.limit_of(member, currency=currency),
        amounts=amounts,
        dates=(
            *(promise.due_at for promise in made),
            *(found.day for found in told.dates),
            *(one.due for one in kept if one.due and one.amount not in amounts),
        ),
        price=_price(lines, order=case.order),
        currency=currency,
        holidays=_holidays(case),
        finding_upheld=_upheld(decided),
        cause_known=bool(decided),
        needs_recourse=_needs_recourse(panels),
        issues=_issue_words(panels),
        case_words=_case_words(case, panels=panels, lines=lines),
        files=files,
    )


def findings(text: str, *, context: Context) -> tuple[FoundFault, ...]:
    """Return the faults of an answer; an empty one has none yet."""
    return coach.check(text, context) if text.strip() else ()


def proposals(text: str, *, case: Case, at: datetime) -> tuple[Proposal, ...]:
    """Return the commitments that a draft makes; those said twice stand once."""
    if not text.strip():
        return ()
    found = promises_in(
        text,
        language=case.language,
        today=at.astimezone(ZoneInfo(case.team.time_zone)),
        currency=_paid_in(case) or None,
        holidays=_holidays(case),
    )
    told = [Proposal(what=one.what, due=one.due, amount=one.amount) for one in found]
    return tuple(dict.fromkeys(told))


def _currency(
    case: Case, *, panels: Sequence[IssuePanel], today: date | datetime
) -> str:
    """Return the currency that limits and bare numbers are in."""
    if panels:
        return panels[0].advice.currency
    by_language = Context(language=case.language, today=today).home_currency
    return _paid_in(case) or by_language or DEFAULT_CURRENCY


def _paid_in(case: Case) -> str:
    if case.order is not None:
        return case.order.currency
    return customers.currency_of(case.customer)


def _holidays(case: Case) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in case.team.holidays)


def _lines(case: Case) -> list[OrderLine]:
    if case.order is None:
        return []
    return list(case.order.lines.select_related("product"))


def _names(case: Case) -> tuple[str, ...]:
    wrote = case.messages.filter(direction=Direction.IN).values_list(
        "sender_name", flat=True
    )
    return tuple(dict.fromkeys(name for name in (case.customer.name, *wrote) if name))


def _told(
    case: Case, *, decided: Sequence[Decision], today: datetime, currency: str
) -> Reading:
    """Read what the decisions say to the customer: its figures and days are on record."""
    says = [decision.say.get(primary(case.language), "") for decision in decided]
    known = Context(language=case.language, today=today, currency=currency)
    return read("\n".join(says), known)


def _amounts(
    panels: Sequence[IssuePanel], *, made: Sequence[Promise], told: Reading
) -> tuple[Money, ...]:
    found: list[Money] = [promise.amount for promise in made if promise.amount]
    found += [amount.money for amount in told.amounts]
    for panel in panels:
        decision = panel.decision
        if decision is None:
            continue
        if decision.amount is not None:
            found += [decision.amount, decision.amount - decision.goodwill]
        if decision.goodwill:
            found.append(decision.goodwill)
        found += _offered(panel)
    return tuple(dict.fromkeys(money for money in found if money))


def _offered(panel: IssuePanel) -> list[Money]:
    """Return what else may be put to the customer now: offers within one's own limit."""
    options = panel.advice.options
    sums = [option.amount for option in options if option.within]
    prices = [option.price for option in options]
    return [money for money in (*sums, *prices) if money is not None]


def _price(lines: Sequence[OrderLine], *, order: Order | None) -> Money | None:
    """Return what was paid for the goods of the order, in the order's own currency."""
    if order is None or not lines:
        return None
    paid = sum(line.price_minor * line.quantity for line in lines)
    return Money(paid, order.currency)


def _upheld(decided: Sequence[Decision]) -> bool | None:
    if not decided:
        return None
    return any(decision.verdict in UPHOLDS for decision in decided)


def _needs_recourse(panels: Sequence[IssuePanel]) -> bool:
    """Whether every issue has its verdict and one of them refuses something."""
    decided = [panel.decision for panel in panels if panel.decision]
    return len(decided) == len(panels) > 0 and any(
        decision.verdict in NEEDS_RECOURSE for decision in decided
    )


def _issue_words(panels: Sequence[IssuePanel]) -> tuple[tuple[str, ...], ...]:
    """Return the words that show an issue was answered, once there are several."""
    decided = [panel.issue for panel in panels if panel.decision]
    if len(decided) < 2:
        return ()
    return tuple((issue.title, *_long_words(issue.title)) for issue in decided)


def _case_words(
    case: Case, *, panels: Sequence[IssuePanel], lines: Sequence[OrderLine]
) -> tuple[str, ...]:
    titles = [panel.issue.title for panel in panels]
    titles += [line.product.name for line in lines]
    words = [word for title in titles for word in _long_words(title)]
    if case.order is not None:
        words.append(case.order.number)
    return tuple(dict.fromkeys(words))


def _long_words(title: str) -> list[str]:
    """Return words that tell something; script without spaces counts as it stands."""
    return [
        word
        for word in title.split()
        if len(word) >= SHORTEST_WORD or not word.isascii()
    ]
