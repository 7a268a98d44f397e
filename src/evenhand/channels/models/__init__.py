"""Mail as rows: what came, where it landed, what leaves."""

from evenhand.channels.models.deliveries import (
    Delivery,
    DeliveryState,
    MailId,
    Placement,
)
from evenhand.channels.models.files import ANSWER, Box, FileScan, ScanState, Upload
from evenhand.channels.models.hooks import HookCall, HookRefusal, HookState
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
from evenhand.channels.models.outgoing import (
    DEAD_STATES,
    Outgoing,
    OutgoingState,
    Recipient,
    RecipientKind,
    RecipientState,
)
from evenhand.channels.models.sending import (
    ReplyPolicy,
    SendingIdentity,
    SendingServer,
    Signature,
)
from evenhand.channels.models.waiting import (
    HeldAside,
    HeldState,
    Waiting,
    waiting_constraints,
    waiting_indexes,
)

__all__ = [
    "ANSWER",
    "DEAD_STATES",
    "Afterwards",
    "Auth",
    "Box",
    "Delivery",
    "DeliveryState",
    "FetchedMail",
    "FetchedState",
    "FileScan",
    "HeldAside",
    "HeldState",
    "HookCall",
    "HookRefusal",
    "HookState",
    "MailId",
    "Mailbox",
    "MailboxFolder",
    "MailboxKind",
    "Outgoing",
    "OutgoingState",
    "Placement",
    "Recipient",
    "RecipientKind",
    "RecipientState",
    "ReplyPolicy",
    "ScanState",
    "Security",
    "SendingIdentity",
    "SendingServer",
    "Signature",
    "Upload",
    "Waiting",
    "waiting_constraints",
    "waiting_indexes",
]
