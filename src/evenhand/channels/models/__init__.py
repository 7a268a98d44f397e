"""Mail as rows: what came, where it landed, what leaves."""

from evenhand.channels.models.deliveries import (
    Delivery,
    DeliveryState,
    MailId,
    Placement,
)
from evenhand.channels.models.files import FileScan, ScanState, Upload
from evenhand.channels.models.mailboxes import (
    Afterwards,
    Auth,
    FetchedMail,
    FetchedState,
    Mailbox,
    MailboxFolder,
    MailboxKind,
    Security,
)
from evenhand.channels.models.outgoing import Outgoing, OutgoingState

__all__ = [
    "Afterwards",
    "Auth",
    "Delivery",
    "DeliveryState",
    "FetchedMail",
    "FetchedState",
    "FileScan",
    "MailId",
    "Mailbox",
    "MailboxFolder",
    "MailboxKind",
    "Outgoing",
    "OutgoingState",
    "Placement",
    "ScanState",
    "Security",
    "Upload",
]
