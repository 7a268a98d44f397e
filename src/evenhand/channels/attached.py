"""The files of a message of ours as the parts of the mail that leaves."""

from __future__ import annotations

from collections.abc import Iterable

from evenhand.cases.models import Attachment, Message, SideFile, SideMessage
from evenhand.channels import blobs
from evenhand.channels.mail.render import File


def parts_of(message: Message) -> tuple[File, ...]:
    """Return the message's files with their bytes, bounded by the limits of an answer.

    FileNotFoundError or StoreDown where one cannot be read: nothing leaves without it.
    """
    return _parts(message.attachments.order_by("pk"))


def side_parts_of(message: SideMessage) -> tuple[File, ...]:
    """Return the files of a mail of a side conversation in the same way."""
    return _parts(message.files.order_by("pk"))


def _parts(files: Iterable[Attachment | SideFile]) -> tuple[File, ...]:
    return tuple(
        File(
            name=file.name,
            content_type=file.content_type,
            content=blobs.read(file.sha256),
        )
        for file in files
    )
