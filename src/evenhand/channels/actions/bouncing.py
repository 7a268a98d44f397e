"""Write down that a mail of ours came back: on the mail, and on the addresses."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from evenhand.channels.actions import delivering
from evenhand.channels.mail.reasons import Reason
from evenhand.channels.mail.reports import Recipient, Report
from evenhand.channels.models import Outgoing
from evenhand.customers import actions as customers
from evenhand.kernel.addresses import same_form

# what says nothing of an address: the other side was busy
PASSING = frozenset({Reason.LATER})


@transaction.atomic
def came_back(*, about: Outgoing, report: Report, said: str, at: datetime) -> None:
    """Mark a mail for whom a believed report gives it up, and the addresses themselves.

    `said` stands for the reason where the report tells none.
    """
    refused = _refused(about, report)
    forms = {address for address, _ in refused}
    wrote = about.people.values_list("address", flat=True)
    delivering.bounce(
        outgoing=about,
        why=report.why or said,
        addresses=[each for each in wrote if same_form(each) in forms],
        at=at,
    )
    for address, told in refused:
        if told.reason not in PASSING:
            customers.mark_address(address=address, reason=told.reason.value, at=at)


def _refused(about: Outgoing, report: Report) -> list[tuple[str, Recipient]]:
    """Return those whom we had written to, with what the report says of each.

    A report that names nobody is about the one to whom the mail went; of several
    nothing is known.
    """
    wrote = {same_form(one.address) for one in about.people.all()}
    told = [(same_form(each.addr), each) for each in report.given_up]
    if len(wrote) == 1:
        (only,) = wrote
        return [(only, each) for address, each in told if address in {"", only}][:1]
    return [(address, each) for address, each in told if address in wrote]
