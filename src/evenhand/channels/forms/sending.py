"""What is typed of a server that mail leaves through, and of a name that a team writes under."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from evenhand.channels.actions.identities import DescribedIdentity
from evenhand.channels.actions.sending_servers import DescribedServer
from evenhand.channels.forms import kept
from evenhand.channels.forms.server import NO_HELP, AnyServerForm
from evenhand.channels.mailboxes.findings import usual_port
from evenhand.channels.mailboxes.trial import Login, Trial
from evenhand.channels.models import ReplyPolicy, SendingIdentity, SendingServer
from evenhand.channels.secrets import unseal
from evenhand.staff.models import Team

# RFC 1035, 2.3.1: what a label of a domain name may be
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
REPLIES = (
    (ReplyPolicy.CASE.value, _("To an address that names the case")),
    (ReplyPolicy.PLAIN.value, _("To the plain address")),
)


class ServerForm(AnyServerForm):
    """All of a server. A kept password stays only while it would go to the same place."""

    name = forms.CharField(
        label=_("Name of the server"),
        max_length=80,
        help_text=_("What colleagues call it."),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=320,
        required=False,
        help_text=_("Left empty, the desk does not sign in."),
        widget=forms.TextInput(attrs=NO_HELP),
    )
    per_minute = forms.IntegerField(
        label=_("Most mails a minute"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Left empty, there is no limit."),
    )

    def __init__(self, data: Any = None, *, server: SendingServer | None) -> None:
        super().__init__(data, initial=_columns(server))
        self.server = server
        # None where the kept password stays
        self.secret: str | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        given["port"] = given["port"] or usual_port("smtp", given["security"])
        self.secret = given["password"] or kept.held(given["held"], _place(given))
        if not given["username"]:
            self.secret = ""
        elif self.secret is None and not self._keeps_its_secret(given):
            self.add_error("password", _("Type the password."))
        return given

    def _keeps_its_secret(self, given: dict[str, Any]) -> bool:
        """Whether the kept password would be sent to where it was typed for."""
        own = self.server
        place = ("host", "port", "security", "username")
        return (
            own is not None
            and bool(own.secret)
            and all(getattr(own, name) == given[name] for name in place)
        )

    @property
    def holding(self) -> str:
        """What the page keeps of a typed password until it is saved: sealed, for an hour."""
        return (
            kept.holding(self.secret, _place(self.cleaned_data)) if self.secret else ""
        )

    @property
    def trial(self) -> Trial:
        """What a test tries: what was typed, with the kept password; UnreadableSecret."""
        given, login = self.cleaned_data, None
        if given["username"]:
            password = self.secret
            if password is None:
                password = unseal(self.server.secret) if self.server else ""
            login = Login(given["username"], password=password)
        return Trial("smtp", given["host"], given["port"], given["security"], login)

    @property
    def described(self) -> DescribedServer:
        given = {name: self.cleaned_data[name] for name in _SERVER_FIELDS}
        return DescribedServer(**given)


def _place(given: dict[str, Any]) -> list[str]:
    return kept.place("smtp", "password", given)


_SERVER_FIELDS = ("name", "host", "port", "security", "username", "per_minute")


def _columns(server: SendingServer | None) -> dict[str, Any]:
    if server is None:
        return {"security": "tls"}
    return {name: getattr(server, name) for name in _SERVER_FIELDS}


class KeyForm(forms.Form):
    """For which domain a key is made, and under which name it is published."""

    domain = forms.CharField(
        label=_("Domain"), max_length=253, widget=forms.TextInput(attrs=NO_HELP)
    )
    selector = forms.CharField(
        label=_("Name of the key"),
        max_length=63,
        help_text=_("Any word, such as desk1; a new key takes a new one."),
        widget=forms.TextInput(attrs=NO_HELP),
    )

    def clean_domain(self) -> str:
        domain = str(self.cleaned_data["domain"]).strip().strip(".").casefold()
        labels = domain.split(".")
        if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
            raise forms.ValidationError(_("Give a domain, such as shop.example."))
        return domain

    def clean_selector(self) -> str:
        selector = str(self.cleaned_data["selector"]).strip().casefold()
        if not _LABEL.fullmatch(selector):
            raise forms.ValidationError(_("Letters, digits and dashes only."))
        return selector


class IdentityForm(forms.Form):
    """Under which name a team writes; `signature_…` has one field for each language."""

    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("All teams that have none of their own"),
    )
    from_name = forms.CharField(
        label=_("Name of the sender"),
        max_length=120,
        required=False,
        help_text=_("Left empty, it is the shop's name."),
    )
    address = forms.EmailField(
        label=_("Address of the sender"),
        max_length=254,
        required=False,
        help_text=_("Left empty, it is the team's address."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    reply_policy = forms.ChoiceField(label=_("Where answers go"), choices=REPLIES)
    server = forms.ModelChoiceField(
        label=_("Server"),
        queryset=SendingServer.objects.none(),
        required=False,
        empty_label=_("The mail server of the desk"),
    )

    def __init__(self, data: Any = None, *, identity: SendingIdentity | None) -> None:
        super().__init__(data, initial=_first(identity))
        self.identity = identity
        fields: Any = self.fields
        fields["team"].queryset = Team.objects.order_by("name")
        fields["server"].queryset = SendingServer.objects.filter(
            retired_at__isnull=True
        ).order_by("name")
        if identity is not None:
            del self.fields["team"]
        written = _signatures(identity)
        for code, name in _languages():
            self.fields[f"signature_{code}"] = forms.CharField(
                label=name,
                max_length=2000,
                required=False,
                initial=written.get(code, ""),
                widget=forms.Textarea(
                    attrs={"rows": 3, **({"lang": code} if code else {})}
                ),
            )

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"])
        if not address.isascii():
            raise forms.ValidationError(_("Give an address in plain letters."))
        return address

    @property
    def signature_fields(self) -> list[Any]:
        return [self[f"signature_{code}"] for code, _name in _languages()]

    @property
    def signatures(self) -> dict[str, str]:
        """Language -> what stands below, "" for any other language."""
        return {
            code: self.cleaned_data[f"signature_{code}"] for code, _name in _languages()
        }

    @property
    def described(self) -> DescribedIdentity:
        given = self.cleaned_data
        return DescribedIdentity(
            from_name=given["from_name"],
            address=given["address"],
            reply_policy=given["reply_policy"],
            server=given["server"],
        )


def _languages() -> list[tuple[str, Any]]:
    """Return any language and then each that the desk speaks, by its first part."""
    spoken = {code.partition("-")[0]: name for code, name in settings.LANGUAGES}
    return [("", _("In any language")), *spoken.items()]


def _first(identity: SendingIdentity | None) -> dict[str, Any]:
    if identity is None:
        return {"reply_policy": ReplyPolicy.CASE.value}
    return {
        "from_name": identity.from_name,
        "address": identity.address,
        "reply_policy": identity.reply_policy,
        "server": identity.server_id,
    }


def _signatures(identity: SendingIdentity | None) -> dict[str, str]:
    if identity is None:
        return {}
    return {one.language: one.text for one in identity.signatures.all()}
