"""Reads of what came in and what goes out; the doors to raw mail."""

from evenhand.channels.queries.arrived import (
    TRAY_WITHIN,
    TrayPage,
    deliveries_of,
    delivery_for,
    delivery_of,
    filed_lately,
    forgotten_deliveries,
    late_in_the_tray,
    tray,
    tray_count,
)
from evenhand.channels.queries.conversations import (
    Conversation,
    conversation_of,
    side_conversation_of,
)
from evenhand.channels.queries.doors import (
    NoSuchMail,
)
from evenhand.channels.queries.leaving import (
    OutgoingPage,
    dead_count,
    dead_letters,
    forgotten_outgoing,
    outbox,
    outgoing_for,
    sent_as,
    side_states_of,
    states_of,
    written_from,
)
from evenhand.channels.queries.threads import (
    case_numbered,
    cases_of_message_ids,
    cases_quoted,
    existing_cases,
    one_with,
    parties_of,
    teams_served,
    thread_ids,
)

__all__ = [
    "TRAY_WITHIN",
    "Conversation",
    "NoSuchMail",
    "OutgoingPage",
    "TrayPage",
    "case_numbered",
    "cases_of_message_ids",
    "cases_quoted",
    "conversation_of",
    "dead_count",
    "dead_letters",
    "deliveries_of",
    "delivery_for",
    "delivery_of",
    "existing_cases",
    "filed_lately",
    "forgotten_deliveries",
    "forgotten_outgoing",
    "late_in_the_tray",
    "one_with",
    "outbox",
    "outgoing_for",
    "parties_of",
    "sent_as",
    "side_conversation_of",
    "side_states_of",
    "states_of",
    "teams_served",
    "thread_ids",
    "tray",
    "tray_count",
    "written_from",
]
