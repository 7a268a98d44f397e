from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evenhand.insight.rules.periods import LONGEST_DAYS, NoSuchPeriod, Period
from evenhand.staff.models import Team

DAYS = (7, 30, 90)
USUAL_DAYS = 30


class ScorecardForm(forms.Form):
    """Which days and whose cases: the latest `days`, or from one day to another."""

    days = forms.TypedChoiceField(
        choices=[(days, days) for days in DAYS],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.HiddenInput,
    )
    first = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("All teams"),
    )

    def __init__(
        self,
        data: Any,
        *,
        teams: QuerySet[Team],
        zone: ZoneInfo,
        at: datetime,
    ) -> None:
        super().__init__(data)
        team: Any = self.fields["team"]
        team.queryset = teams
        self._zone, self._at = zone, at
        self.period = Period.latest(days=USUAL_DAYS, zone=zone, at=at)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first or last:
            self._between(first, last)
        else:
            days = given.get("days") or USUAL_DAYS
            self.period = Period.latest(days=days, zone=self._zone, at=self._at)
        return given

    def _between(self, first: Any, last: Any) -> None:
        if not (first and last):
            self.add_error("last" if first else "first", _("Give both days."))
            return
        try:
            self.period = Period.between(
                first=first, last=last, zone=self._zone, at=self._at
            )
        except NoSuchPeriod:
            self.add_error(
                "first",
                _("From an earlier to a later day, not in the future, at most %d days.")
                % LONGEST_DAYS,
            )

    @property
    def chosen_days(self) -> int | None:
        """Which of DAYS is shown; None for days of one's own."""
        if self.cleaned_data.get("first") or self.cleaned_data.get("last"):
            return None
        return self.cleaned_data.get("days") or USUAL_DAYS
