from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from evenhand.cases.models import Case
from evenhand.kernel.money import SIGNS, Money
from evenhand.promises.rules import due_on
from evenhand.staff.models import Member
from evenhand.staff.queries import members_of

# The calendar ends in 9999; the last day of it is no day in every time zone.
LAST_DAY = date(9998, 12, 31)


class DueForm(forms.Form):
    """A promised day, and an hour where one was promised; in the team's time zone."""

    due_on = forms.DateField(
        label=_("By which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[MaxValueValidator(LAST_DAY)],
    )
    due_time = forms.TimeField(
        label=_("By which hour"),
        required=False,
        help_text=_("Without an hour the promise holds until the day is over."),
        widget=forms.TimeInput(attrs={"type": "time"}),
    )

    def due_at(self, *, zone: str) -> datetime:
        """Return the instant promised."""
        return due_on(
            day=self.cleaned_data["due_on"],
            by=self.cleaned_data["due_time"],
            zone=ZoneInfo(zone),
        )


class MakeForm(DueForm):
    what = forms.CharField(label=_("What we promise"), max_length=300)
    amount = forms.DecimalField(
        label=_("Amount"), required=False, min_value=Decimal(0), max_digits=12
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    owner = forms.ModelChoiceField(
        label=_("Who keeps it"), queryset=Member.objects.none(), empty_label=None
    )

    field_order = ("what", "due_on", "due_time", "amount", "currency", "owner")

    def __init__(
        self, data: Any = None, *, case: Case, member: Member, **options: Any
    ) -> None:
        super().__init__(data, **options)
        currency = case.order.currency if case.order else "EUR"
        known = dict.fromkeys([currency, *SIGNS])
        choose: Any = self.fields["currency"]
        choose.choices = [(code, code) for code in known]
        choose.initial = currency
        owner: Any = self.fields["owner"]
        owner.queryset = members_of(case.team)
        owner.initial = member.pk

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        amount = given.get("amount")
        given["money"] = None
        if amount is not None:
            try:
                given["money"] = Money.of(amount, given.get("currency") or "EUR")
            except ValueError:
                self.add_error("amount", _("This is finer than the smallest coin."))
        return given


class MoveForm(DueForm):
    consent = forms.CharField(
        label=_("How the customer agreed"),
        max_length=500,
        help_text=_("For example: agreed on the phone, Tuesday at ten."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500)


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        label=_("Colleague"), queryset=Member.objects.none(), empty_label=None
    )

    def __init__(self, data: Any = None, *, case: Case, **options: Any) -> None:
        super().__init__(data, **options)
        to: Any = self.fields["to"]
        to.queryset = members_of(case.team)
