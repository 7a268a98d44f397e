"""The topics of Amazon SNS: whoever wants to be called confirms it once."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import requests
from django.http import HttpRequest

from evenhand.channels.hooks.mails import NotUnderstood

# sns.eu-central-1.amazonaws.com, and the two partitions with names of their own
_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
TIMEOUT = (5, 10)


def confirm_topic(request: HttpRequest, key: str) -> bool:
    """Confirm a topic, if that is what the call asks; return whether it was such a call.

    The call has shown the password that only the owner of the topic was given. The
    address is visited only if it is Amazon's own.
    """
    if key != "amazon_ses":
        return False
    told = json.loads(request.body)
    kind = told.get("Type")
    if kind == "SubscriptionConfirmation":
        _visit(str(told.get("SubscribeURL", "")))
    return kind != "Notification" or str(told.get("Message", "")).startswith(
        "Successfully validated SNS topic"
    )


def _visit(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" or not _HOST.fullmatch(parts.hostname or ""):
        raise NotUnderstood("the address to confirm is not Amazon's")
    try:
        answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
    except requests.RequestException as error:
        raise NotUnderstood(f"the topic could not be confirmed: {error!r}") from error
