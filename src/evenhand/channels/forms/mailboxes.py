"""What is typed to connect a mailbox, and what stays of its secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from evenhand.channels.actions.mailboxes import Described
from evenhand.channels.forms import kept
from evenhand.channels.forms.beginning import Shape, first_values
from evenhand.channels.forms.server import NO_HELP, AnyServerForm
from evenhand.channels.mailboxes.findings import usual_port
from evenhand.channels.mailboxes.oauth import Grant, grant_of, is_fit_address
from evenhand.channels.mailboxes.trial import Login, Trial
from evenhand.channels.models import Afterwards, Auth, Mailbox, MailboxKind
from evenhand.channels.secrets import UnreadableSecret
from evenhand.staff.models import Team

HOUR, DAY = 60, 24 * 60
SILENCES = (
    # a policy says "Never" too, of what is forbidden
    ("", pgettext_lazy("alarm", "Never")),
    (str(HOUR), _("after an hour")),
    (str(4 * HOUR), _("after 4 hours")),
    (str(DAY), _("after a day")),
    (str(3 * DAY), _("after 3 days")),
    (str(7 * DAY), _("after a week")),
)
AFTERWARDS = (
    (Afterwards.KEEP.value, _("Leave it as it is")),
    (Afterwards.SEEN.value, _("Mark it as read")),
    (Afterwards.MOVE.value, _("Move it to another folder")),
    (Afterwards.DELETE.value, _("Delete it there")),
)
OF_POP3 = (Afterwards.KEEP.value, Afterwards.DELETE.value)


def silence_of(mailbox: Mailbox) -> str:
    """Say after which silence an alarm is raised, in the words of the form."""
    chosen = mailbox.silent_after
    words = dict(SILENCES).get(str(chosen or ""))
    if words is not None:
        return str(words)
    return ngettext("after one minute", "after %(n)s minutes", chosen or 0) % {
        "n": chosen
    }


class MailboxForm(AnyServerForm):
    """All of a mailbox. A kept secret is never shown; where nothing is typed it stays.

    It stays only while it would be sent to the same place: whoever changes the server,
    the encryption or the user types it again, so that nobody can have it sent to a
    server of his own.
    """

    address = forms.EmailField(
        label=_("Mail address"),
        max_length=320,
        help_text=_("Whose mail lies there, such as help@shop.example."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name of the mailbox"),
        max_length=100,
        required=False,
        help_text=_("What colleagues call it. Left empty, it is the address."),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=320,
        required=False,
        help_text=_("Left empty, it is the address."),
        widget=forms.TextInput(attrs=NO_HELP),
    )
    client_id = forms.CharField(label=_("Client ID"), max_length=300, required=False)
    client_secret = forms.CharField(
        label=_("Client secret"),
        max_length=1000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    authorize_url = forms.CharField(
        label=_("Sign-in page"), max_length=500, required=False
    )
    token_url = forms.CharField(
        label=_("Address for tokens"), max_length=500, required=False
    )
    scope = forms.CharField(label=_("Permissions"), max_length=500, required=False)
    folders = forms.MultipleChoiceField(
        label=_("Folders"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    other_folder = forms.CharField(
        label=_("Another folder"),
        max_length=255,
        required=False,
        help_text=_("A test lists the folders that are there."),
    )
    since = forms.DateField(
        label=_("Fetch older mail too, from"),
        required=False,
        help_text=_("Left empty, only mail that comes from now on is fetched."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("The first team"),
        help_text=_("Who takes a mail whose addresses name no team."),
    )
    afterwards = forms.ChoiceField(
        label=_("A mail that was fetched"), choices=AFTERWARDS
    )
    move_to = forms.CharField(
        label=_("Folder it is moved to"), max_length=255, required=False
    )
    silent_after = forms.TypedChoiceField(
        label=_("Raise an alarm if no mail comes"),
        choices=SILENCES,
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        shape: Shape,
        mailbox: Mailbox | None = None,
        names: Iterable[str] = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            data, initial={**first_values(shape, mailbox), **(initial or {})}
        )
        self.shape, self.mailbox = shape, mailbox
        # what is typed and kept: None where the mailbox's own secret stays
        self.secret: str | None = None
        self.is_signed_in = False
        team: Any = self.fields["team"]
        team.queryset = Team.objects.order_by("name")
        self._drop_what_is_not_asked()
        if "folders" in self.fields:
            self._offer_folders(names)

    def _drop_what_is_not_asked(self) -> None:
        by_password = self.shape.auth == Auth.PASSWORD
        unasked = ["password"]
        if by_password:
            unasked = [
                *("client_id", "client_secret"),
                *("authorize_url", "token_url", "scope"),
            ]
        if self.shape.kind == MailboxKind.POP3:
            unasked += ["folders", "other_folder", "move_to"]
            afterwards: Any = self.fields["afterwards"]
            afterwards.choices = [each for each in AFTERWARDS if each[0] in OF_POP3]
        for name in unasked:
            del self.fields[name]

    def _offer_folders(self, names: Iterable[str]) -> None:
        """Offer what was seen there and what is chosen; a name need not be there yet."""
        data: Any = self.data
        chosen = data.getlist("folders") if self.is_bound else ()
        fetched = self.mailbox.folders if self.mailbox else ()
        offered = dict.fromkeys(["INBOX", *names, *fetched, *chosen])
        folders: Any = self.fields["folders"]
        names = [each for each in offered if each.isprintable() and len(each) <= 255]
        folders.choices = [(name, name) for name in names[:600]]

    def mark_what_is_needed(self, *, held: bool) -> None:
        """Show as optional only what is: the password where one is kept or held.

        For the reader alone: the browser does not insist, and `clean` says what is wrong.
        """
        needed = ["client_id", "authorize_url", "token_url"]
        if not (held or (self.mailbox is not None and self.mailbox.secret)):
            needed.append("password")
        for name in needed:
            if name in self.fields:
                field = self.fields[name]
                field.widget.use_required_attribute = lambda _initial: False
                field.required = True

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        given["port"] = given["port"] or usual_port(self.shape.kind, given["security"])
        given["username"] = given["username"] or given["address"]
        given["name"] = given["name"] or given["address"][:100]
        self._clean_folders(given)
        if self.shape.auth == Auth.PASSWORD:
            self._clean_password(given)
        else:
            self._clean_grant(given)
        return given

    def _clean_folders(self, given: dict[str, Any]) -> None:
        chosen = [*given.get("folders", ()), given.get("other_folder", "").strip()]
        given["folders"] = tuple(dict.fromkeys(filter(None, chosen))) or ("INBOX",)
        given["move_to"] = given.get("move_to", "").strip()
        if given["afterwards"] != Afterwards.MOVE:
            given["move_to"] = ""
        elif not given["move_to"]:
            self.add_error("move_to", _("Name the folder."))
        elif given["move_to"] in given["folders"]:
            self.add_error(
                "move_to", _("Mail is fetched from there: name another one.")
            )

    def _clean_password(self, given: dict[str, Any]) -> None:
        place = self._place(given)
        self.secret = given["password"] or kept.held(given["held"], place)
        if self.secret is None and not self._keeps_its_secret(place):
            again = self.mailbox is not None
            self.add_error(
                "password",
                _("Type the password again: it would go to another place.")
                if again
                else _("Type the password."),
            )

    def _place(self, given: Mapping[str, Any]) -> list[str]:
        return kept.place(self.shape.kind, self.shape.auth, given)

    def _keeps_its_secret(self, place: list[str]) -> bool:
        box = self.mailbox
        return box is not None and bool(box.secret) and kept.place_of(box) == place

    def _clean_grant(self, given: dict[str, Any]) -> None:
        """Put together what is kept; a permission stays with its client and user."""
        for name in ("client_id", "authorize_url", "token_url"):
            if not given[name]:
                self.add_error(name, _("This is needed to sign in at the provider."))
        for name in ("authorize_url", "token_url"):
            if given[name] and not is_fit_address(given[name]):
                self.add_error(name, _("Give an address that begins with https://."))
        if self.errors:
            return
        before = self._kept_grant(given)
        grant = Grant(
            client_id=given["client_id"],
            client_secret=given["client_secret"]
            or (before.client_secret if before else ""),
            refresh_token=before.refresh_token if before else "",
            token_url=given["token_url"],
            authorize_url=given["authorize_url"],
            scope=given["scope"],
        )
        self.is_signed_in = bool(grant.refresh_token)
        self.secret = None if grant == before else grant.as_text()

    def _kept_grant(self, given: dict[str, Any]) -> Grant | None:
        """Return what is kept, where it would be used for the same client and user."""
        box = self.mailbox
        if box is None or box.auth != Auth.XOAUTH2 or not box.secret:
            return None
        try:
            grant = grant_of(box)
        except (UnreadableSecret, ValueError):
            return None
        same = (
            grant.client_id == given["client_id"]
            and grant.token_url == given["token_url"]
            and box.username == given["username"]
            and box.host == given["host"]
        )
        return grant if same else None

    @property
    def described(self) -> Described:
        """What was said of the mailbox, once the form is valid."""
        given = self.cleaned_data
        return Described(
            name=given["name"],
            address=given["address"],
            kind=self.shape.kind,
            host=given["host"],
            port=given["port"],
            security=given["security"],
            auth=self.shape.auth,
            username=given["username"],
            folders=given["folders"],
            team=given["team"],
            since=given["since"],
            afterwards=given["afterwards"],
            move_to=given["move_to"],
            silent_after=given["silent_after"],
        )

    @property
    def holding(self) -> str:
        """What the page keeps of a typed secret until it is saved: sealed, for an hour."""
        if not self.secret or self.shape.auth != Auth.PASSWORD:
            return ""
        return kept.holding(self.secret, self._place(self.cleaned_data))

    @property
    def trial(self) -> Trial:
        """What a test tries: what was typed, with the kept secret where it stays."""
        given = self.cleaned_data
        return Trial(
            protocol=self.shape.kind,
            host=given["host"],
            port=given["port"],
            security=given["security"],
            login=self._login(given["username"]),
            folders=given["folders"],
        )

    def _login(self, user: str) -> Login:
        if self.shape.auth == Auth.XOAUTH2 and self.secret is not None:
            return Login(user, token=kept.nobody_signed_in)
        return kept.login_of(user, mailbox=self.mailbox, secret=self.secret)
