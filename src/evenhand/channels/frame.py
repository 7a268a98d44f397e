"""The isolated page in which a message's own HTML is shown."""

from __future__ import annotations

import base64
from collections.abc import Callable

from evenhand.cases.models import Message
from evenhand.channels import blobs
from evenhand.channels.mail.attachments import download_type, is_picture
from evenhand.channels.mail.html_text import text_to_html
from evenhand.channels.mail.sanitise import safe_html

# Enclosed pictures ride inside the page: a sandboxed frame has no session to fetch with.
MOST_PICTURE_BYTES = 8 * 2**20
LARGEST_PICTURE = 3 * 2**20

_POLICY = (
    "default-src 'none'; img-src data:{remote}; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def policy(*, remote: bool) -> str:
    """Return the frame's Content-Security-Policy.

    No script of any kind; pictures only from the page itself, and with `remote` from
    the network, because a person asked for them. Style attributes are ours: the
    sanitiser lets only harmless ones through.
    """
    return _POLICY.format(remote=" http: https:" if remote else "")


def body_of(message: Message, *, remote: bool) -> str:
    """Return the message's HTML made safe, or its words as HTML if it has none."""
    if not message.html.strip():
        return text_to_html(
            "\n\n".join(filter(None, (message.text, message.hidden_text)))
        )
    return safe_html(message.html, picture=_pictures(message), remote=remote)


def _pictures(message: Message) -> Callable[[str], str | None]:
    """Return a look-up of enclosed pictures as data addresses, within a total size."""
    files = {
        each.content_id: each for each in message.attachments.all() if each.content_id
    }
    left = MOST_PICTURE_BYTES

    def picture(cid: str) -> str | None:
        nonlocal left
        file = files.get(cid)
        if file is None or file.size > min(left, LARGEST_PICTURE):
            return None
        try:
            content = blobs.path_of(file.sha256).read_bytes()
        except FileNotFoundError:
            return None
        if not is_picture(content):
            return None
        left -= file.size
        kind = download_type(name="", content=content)
        return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"

    return picture
