"""The shape of what the desk's small forms send; what it means is the actions' matter."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from evenhand.cases.models import Kind
from evenhand.customers.models import OrderLine
from evenhand.kernel.addresses import is_address
from evenhand.staff.models import Member, Team

KIND_WORDS = [
    (Kind.QUESTION.value, _("Question")),
    (Kind.REQUEST.value, _("Request")),
    (Kind.COMPLAINT.value, _("Complaint")),
    (Kind.PRAISE.value, _("Praise")),
]
LANGUAGE_WORDS = [
    ("en", "English"),
    ("zh", "中文"),
    ("ja", "日本語"),
    ("th", "ไทย"),
]
LONGEST_TEXT = 100_000


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note for the team"), max_length=LONGEST_TEXT, widget=_area(4)
    )


class KindForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=KIND_WORDS)


class HandOverForm(forms.Form):
    """Nobody chosen means: lay the case back where anyone may take it."""

    to = forms.ModelChoiceField(
        label=_("Hand over to"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Nobody: anyone may take it"),
    )

    def offer(self, colleagues: list[Member]) -> None:
        """Let these be chosen, and nobody else."""
        field = self.fields["to"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Member.objects.filter(pk__in=[m.pk for m in colleagues])


class IssueForm(forms.Form):
    title = forms.CharField(label=_("What is the point?"), max_length=200)
    policy = forms.ChoiceField(label=_("Policy page"), required=False)
    line = forms.ModelChoiceField(
        label=_("Bought item"), queryset=OrderLine.objects.none(), required=False
    )

    def offer(self, *, policies: list[tuple[str, str]], order_key: int | None) -> None:
        """Let these pages and the lines of this order be chosen."""
        page, line = self.fields["policy"], self.fields["line"]
        if isinstance(page, forms.ChoiceField):
            page.choices = [("", _("None yet")), *policies]
        if isinstance(line, forms.ModelChoiceField):
            line.queryset = OrderLine.objects.filter(order=order_key).select_related(
                "product"
            )


class OrderForm(forms.Form):
    number = forms.CharField(label=_("Order number"), max_length=40)


class StrangerForm(forms.Form):
    """Whose an address is that no customer has yet."""

    name = forms.CharField(label=_("Customer's name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_WORDS)


class PresenceForm(forms.Form):
    STATES: ClassVar = [("viewing", "viewing"), ("typing", "typing")]
    state = forms.ChoiceField(choices=STATES)


class NewCaseForm(forms.Form):
    """A case by hand: a customer on the phone, or somebody at the counter."""

    name = forms.CharField(label=_("Customer's name"), max_length=200)
    address = forms.CharField(label=_("Mail address"), max_length=254)
    subject = forms.CharField(label=_("What it is about"), max_length=300)
    words = forms.CharField(
        label=_("What the customer said"), max_length=LONGEST_TEXT, widget=_area(8)
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=KIND_WORDS, initial=Kind.REQUEST.value
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGE_WORDS, initial="en"
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), empty_label=None
    )

    def offer(self, member: Member) -> None:
        """Let the case go to a team whose cases the member may see."""
        field = self.fields["team"]
        if isinstance(field, forms.ModelChoiceField):
            teams = Team.objects.order_by("name")
            if not member.reach.all_teams:
                teams = teams.filter(pk__in=member.reach.teams)
            field.queryset = teams
            field.initial = teams.first()

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        if not is_address(address):
            raise forms.ValidationError(
                _("This is not a mail address, such as eva@mail.example.")
            )
        return address
