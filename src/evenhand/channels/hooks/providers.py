"""The providers whose calls are understood, and how each proves that it is itself.

Whether a call is true is judged by django-anymail, by the provider's own scheme: a
signature where it signs, else the user and password that stand in the desk's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.amazon_ses import (
    AmazonSESInboundWebhookView,
    AmazonSESTrackingWebhookView,
)
from anymail.webhooks.mailersend import MailerSendInboundWebhookView
from anymail.webhooks.mailgun import (
    MailgunInboundWebhookView,
    MailgunTrackingWebhookView,
)
from anymail.webhooks.mailjet import (
    MailjetInboundWebhookView,
    MailjetTrackingWebhookView,
)
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalInboundWebhookView, PostalTrackingWebhookView
from anymail.webhooks.postmark import (
    PostmarkInboundWebhookView,
    PostmarkTrackingWebhookView,
)
from anymail.webhooks.sparkpost import (
    SparkPostInboundWebhookView,
    SparkPostTrackingWebhookView,
)
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

# django-anymail's name of the user and password in the address
BASIC = "webhook_secret"


class Forged(Exception):
    """The call does not prove that it comes from the provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Its name, the argument that its secret is for, its calls of mail and of events."""

    name: str
    secret: str
    inbound: Any
    events: Any = None
    # it signs the address that it calls
    signs_address: bool = False
    # the charset in which a form is read; latin-1 gives each byte back as it came
    charset: str = "latin-1"
    # it shows its password only after a call without one was answered with 401
    waits_to_be_asked: bool = False
    # what follows the address of mail, so that a mail is handed over as it came
    tail: str = ""

    @property
    def has_password(self) -> bool:
        """Whether user and password in the address are all that it shows."""
        return self.secret == BASIC


PROVIDERS: Mapping[str, Provider] = {
    "mailgun": Provider(
        "Mailgun",
        "webhook_signing_key",
        MailgunInboundWebhookView,
        MailgunTrackingWebhookView,
        tail="?mime",
    ),
    "mandrill": Provider(
        "Mandrill",
        "webhook_key",
        MandrillCombinedWebhookView,
        MandrillCombinedWebhookView,
        signs_address=True,
        charset="utf-8",
    ),
    "mailersend": Provider(
        "MailerSend", "inbound_secret", MailerSendInboundWebhookView
    ),
    "postal": Provider(
        "Postal", "webhook_key", PostalInboundWebhookView, PostalTrackingWebhookView
    ),
    "postmark": Provider(
        "Postmark", BASIC, PostmarkInboundWebhookView, PostmarkTrackingWebhookView
    ),
    "sparkpost": Provider(
        "SparkPost", BASIC, SparkPostInboundWebhookView, SparkPostTrackingWebhookView
    ),
    "mailjet": Provider(
        "Mailjet", BASIC, MailjetInboundWebhookView, MailjetTrackingWebhookView
    ),
    "amazon_ses": Provider(
        "Amazon SES",
        BASIC,
        AmazonSESInboundWebhookView,
        AmazonSESTrackingWebhookView,
        waits_to_be_asked=True,
    ),
}


def reader(key: str, *, events: bool = False) -> Any:
    """Return django-anymail's reader of a provider's calls, with the desk's secret.

    KeyError where the provider is not known, is not set up, or tells no such thing.
    """
    provider = PROVIDERS[key]
    made = provider.events if events else provider.inbound
    if made is None:
        raise KeyError(key)
    given = {provider.secret: settings.HOOKS[key]}
    if provider.signs_address:
        place = reverse(f"channels:hook{'_events' if events else ''}", args=[key])
        given["webhook_url"] = f"{settings.PUBLIC_URL}{place}"
    return made(**given)


def prove(request: HttpRequest, reading: Any) -> None:
    """Raise Forged where the call is not the provider's own."""
    try:
        reading.run_validators(request)
    except AnymailWebhookValidationFailure as failed:
        raise Forged(str(failed)) from failed
    except Exception as broken:
        # what cannot even be read proves nothing
        raise Forged(repr(broken)) from broken
