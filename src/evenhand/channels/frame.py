"""The isolated page in which a message's own HTML is shown."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.urls import reverse

from evenhand.cases.models import Message, SideMessage
from evenhand.channels.mail import whole
from evenhand.channels.mail.html_text import html_to_text, words_to_html
from evenhand.channels.mail.limits import LONGEST_TEXT, MAX_BODY_CHARS
from evenhand.channels.mail.sanitise import safe_html
from evenhand.channels.mail.whole import Piece
from evenhand.channels.models import Delivery

# A larger picture stays a file below the message.
LARGEST_PICTURE = 12 * 2**20

_POLICY = (
    "default-src 'none'; img-src 'self' data:{remote}; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


def policy(*, remote: bool) -> str:
    """Return the frame's Content-Security-Policy.

    No script of any kind; pictures only of our own, and with `remote` from the network,
    because a person asked for them. Style attributes are ours: the sanitiser lets only
    harmless ones through. The frame counts as ours, so that its pictures may be asked
    for with the reader's session and the page may measure it; without `allow-scripts`
    that gives nothing in it any power.
    """
    return _POLICY.format(remote=" http: https:" if remote else "")


def body_of(message: Message, *, remote: bool) -> str:
    """Return the message's HTML made safe, or its words as HTML if it has none."""
    if not message.html.strip():
        return words_of(message)
    return safe_html(message.html, picture=_pictures(message), remote=remote)


def side_body_of(message: SideMessage, *, remote: bool) -> str:
    """Return the same of a side message, whose enclosed pictures are files beside it."""
    if not message.html.strip():
        return words_of(message)
    return safe_html(message.html, picture=lambda _cid: None, remote=remote)


def words_of(message: Message | SideMessage) -> str:
    """Return all the message's words as HTML."""
    return words_to_html("\n\n".join(filter(None, (message.text, message.hidden_text))))


def is_cut(message: Message | SideMessage, *, in_html: bool) -> bool:
    """Whether the mail says more than is kept of it beside the case."""
    if in_html and message.html.strip():
        return len(message.html) >= MAX_BODY_CHARS
    return max(len(message.text), len(message.hidden_text)) >= LONGEST_TEXT


def piece_of(delivery: Delivery, *, number: int, in_html: bool) -> tuple[Piece, str]:
    """Return a piece of a raw mail and what shows it; NoSuchPiece, Unreadable.

    Enclosed pictures are files of the message, and are not shown in a piece.
    """
    piece = whole.piece_of(
        bytes(delivery.raw),
        number=number,
        prefers_html=in_html,
        most_bytes=settings.MAIL_LARGEST,
    )
    if not piece.is_html:
        return piece, words_to_html(piece.text)
    if in_html:
        return piece, safe_html(piece.text)
    return piece, words_to_html(html_to_text(piece.text))


def _pictures(message: Message) -> Callable[[str], str | None]:
    """Return a look-up of enclosed pictures as addresses that check who asks."""
    files = {
        each.content_id: each for each in message.attachments.all() if each.content_id
    }

    def picture(cid: str) -> str | None:
        file = files.get(cid)
        if file is None or file.size > LARGEST_PICTURE:
            return None
        return reverse("channels:picture", args=[file.pk])

    return picture
