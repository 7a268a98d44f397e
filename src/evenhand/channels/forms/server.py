"""What is typed of any mail server: one that mail is fetched from, or leaves through."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.channels.mailboxes.findings import Trouble
from evenhand.channels.mailboxes.reach import check_name
from evenhand.channels.models import Security
from evenhand.channels.templatetags.fault_words import WRONGS

SECURITIES = (
    (Security.TLS.value, _("TLS")),
    (Security.STARTTLS.value, _("STARTTLS")),
    (Security.NONE.value, _("None")),
)
NO_HELP = {"autocapitalize": "off", "spellcheck": "false", "autocomplete": "off"}


class AnyServerForm(forms.Form):
    """Where the server is and how it is spoken to; who adds a user says what for."""

    host = forms.CharField(
        label=_("Server"), max_length=255, widget=forms.TextInput(attrs=NO_HELP)
    )
    security = forms.ChoiceField(label=_("Encryption"), choices=SECURITIES)
    port = forms.IntegerField(
        label=_("Port"),
        min_value=1,
        max_value=65535,
        required=False,
        help_text=_("Left empty, it is the usual one."),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    # a typed password between a test and the saving, sealed
    held = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip().casefold()
        try:
            check_name(host)
        except Trouble as trouble:
            said = str(WRONGS[trouble.fault]) % trouble.values
            raise forms.ValidationError(said) from trouble
        return host
