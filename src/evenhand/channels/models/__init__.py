"""Mail as rows: what came, where it landed, what leaves."""

from evenhand.channels.models.deliveries import (
    Delivery,
    DeliveryState,
    MailId,
    Placement,
)
from evenhand.channels.models.files import FileScan, ScanState, Upload
from evenhand.channels.models.outgoing import Outgoing, OutgoingState

__all__ = [
    "Delivery",
    "DeliveryState",
    "FileScan",
    "MailId",
    "Outgoing",
    "OutgoingState",
    "Placement",
    "ScanState",
    "Upload",
]
