"""Write answers through the desk's own actions, from outside its processes."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import django

django.setup()

from django.db import (  # noqa: E402 - after setup
    DatabaseError,
    close_old_connections,
    connection,
    transaction,
)

from evenhand.cases import actions as cases  # noqa: E402 - after setup
from evenhand.cases import queries as known_cases  # noqa: E402 - after setup
from evenhand.cases.models import Case, Direction, Message  # noqa: E402 - after setup
from evenhand.channels.actions import delivering, intake, mailboxes, outbox  # noqa: E402 - after setup
from evenhand.channels.models import Delivery, DeliveryState, Outgoing, OutgoingState  # noqa: E402 - after setup
from evenhand.customers import actions as customers  # noqa: E402 - after setup
from evenhand.jobs import actions as jobs  # noqa: E402 - after setup
from evenhand.jobs.models import Job, State  # noqa: E402 - after setup
from evenhand.staff import actions as staff  # noqa: E402 - after setup
from evenhand.staff.rules import Role  # noqa: E402 - after setup

ADDRESS = "mei@shop.example"


class NotEmpty(Exception):
    """The database holds cases; it is not one to be filled with letters."""


def _now() -> datetime:
    return datetime.now(tz=UTC)


class Answers:
    """So many answers, each in a case of its own, one every few hundredths of a second."""

    def __init__(
        self,
        *,
        many: int,
        rest: float = 0.1,
        may_write: Callable[[int], bool] = lambda _number: True,
        address: Callable[[int], str] = "buyer{}@mail.example".format,
    ) -> None:
        if Case.objects.exists():
            raise NotEmpty("measure on an empty database")
        self.many = many
        self._rest = rest
        self._may_write = may_write
        self._address = address
        at = _now()
        self._team = staff.add_team(name="Shop", by="system", at=at)
        self._member = staff.add_member(
            email=ADDRESS,
            name="Mei Chen",
            role=Role.AGENT,
            password="a long and quiet river",  # noqa: S106 - of a desk that lives for a minute
            teams=[self._team],
            by="system",
            at=at,
        )

    def connect(self, *, users: Sequence[str], port: int, secret: str) -> None:
        """Let the desk fetch and then delete what lies in mailboxes of this machine."""
        for user in users:
            described = mailboxes.Described(
                name=user,
                address=f"{user}@shop.example",
                kind="imap",
                host="127.0.0.1",
                port=port,
                security="none",
                auth="password",
                username=user,
                folders=("INBOX",),
                team=None,
                since=date(2020, 1, 1),
                afterwards="delete",
                move_to="",
                silent_after=None,
            )
            mailboxes.connect(
                described=described, secret=secret, by=self._member, at=_now()
            )

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._write_all, daemon=True)
        thread.start()
        return thread

    def _write_all(self) -> None:
        for number in range(self.many):
            while not (self._may_write(number) and self._is_written(number)):
                time.sleep(0.2)
            time.sleep(self._rest)
        close_old_connections()

    def _is_written(self, number: int) -> bool:
        try:
            with transaction.atomic():
                self._write(number)
        except DatabaseError:
            close_old_connections()
            return False
        return True

    def _write(self, number: int) -> None:
        at = _now()
        address = self._address(number)
        customer = customers.meet(
            address=address, name=f"Buyer {number}", language="en", at=at
        )
        case = cases.open_case(
            customer=customer,
            subject=f"Matter {number}",
            team=self._team,
            channel="mail",
            by="system",
            at=at,
        )
        said = cases.Said(text=f"Dear buyer {number}, it left today.", channel="mail")
        message = cases.add_answer(case=case, said=said, by=self._member, at=at)
        outbox.queue(message=message, to=[address], at=at)

    def filed(self) -> int:
        return Delivery.objects.exclude(state=DeliveryState.STORED).count()

    def sent(self) -> int:
        return Outgoing.objects.exclude(state=OutgoingState.QUEUED).count()

    def is_done(self, *, mails: int) -> bool:
        """Whether all is filed and all has left; False while the database is down."""
        try:
            return self.filed() >= mails and self.sent() >= self.many
        except DatabaseError:
            # ended under our hands by the harness itself
            connection.close()
            return False

    def went_out(self) -> list[tuple[str, str, str]]:
        """Return Message-ID, state and error of every mail that was to go out."""
        return list(Outgoing.objects.values_list("mail_id", "state", "error"))

    def look_after(self) -> None:
        """Do now what the periodic work does once a quarter of an hour has passed.

        A mail whose every try ended with its worker is taken up again by that.
        """
        later = _now() + timedelta(minutes=15)
        with suppress(DatabaseError):
            jobs.bury_abandoned(at=later)
            intake.take_up_again(at=later)
            delivering.take_up_again(at=later)

    def waits(self) -> list[str]:
        """Tell of each mail that has not left, and of each job that is not done."""
        mails = Outgoing.objects.filter(state=OutgoingState.QUEUED)
        told = mails.values_list("pk", "attempts", "error")[:10]
        left = Job.objects.exclude(state=State.DONE).order_by("pk")[:20]
        return [
            *(f"waits: mail {pk}, {tries} tries, {why}" for pk, tries, why in told),
            *(
                f"waits: {job} {job.arguments} from {job.run_at:%H:%M:%S},"
                f" {job.attempts} attempts, held by {job.worker} until"
                f" {job.lease_until}: {job.error[:200]}"
                for job in left
                if job.key is None
            ),
        ]

    def set_aside(self) -> list[str]:
        """Return why mails lie in the tray."""
        aside = Delivery.objects.filter(state=DeliveryState.SET_ASIDE)
        return list(aside.values_list("reason", flat=True))

    def cases_of(self) -> dict[str, int]:
        """Return Message-ID -> case of what came in."""
        received = Message.objects.filter(direction=Direction.IN)
        return dict(received.values_list("message_id", "case_id"))

    def inbox(self, after: str) -> tuple[list[str], str]:
        """Return the subjects on a page of the member's inbox, and the next page's mark."""
        page = known_cases.inbox(self._member, after=after)
        return [case.subject for case in page.cases], page.next_key

    def incoming_counts(self) -> Counter[str]:
        """How many messages in cases carry each Message-ID."""
        received = Message.objects.filter(direction=Direction.IN)
        return Counter(received.values_list("message_id", flat=True))
