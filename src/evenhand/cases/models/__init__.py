"""Cases as rows: the matter, what was said in it and beside it, who takes part."""

from evenhand.cases.models.matters import Case, Clock, Issue, Kind
from evenhand.cases.models.merges import CustomerChange, Merge, Moved, Split
from evenhand.cases.models.messages import Attachment, Direction, Message, Note
from evenhand.cases.models.people import Participant, Presence
from evenhand.cases.models.sides import (
    SideConversation,
    SideFile,
    SideMessage,
    SideParty,
)

__all__ = [
    "Attachment",
    "Case",
    "Clock",
    "CustomerChange",
    "Direction",
    "Issue",
    "Kind",
    "Merge",
    "Message",
    "Moved",
    "Note",
    "Participant",
    "Presence",
    "SideConversation",
    "SideFile",
    "SideMessage",
    "SideParty",
    "Split",
]
