from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evenhand.decisions.actions import NewFinding, Otherwise
from evenhand.decisions.beginning import Beginning, blank, next_of, shipped
from evenhand.decisions.faults import remedy
from evenhand.decisions.rules.entries import read_entry, to_keep
from evenhand.decisions.rules.options import EXCEPTION
from evenhand.decisions.rules.reports import Point
from evenhand.decisions.rules.sheet import SheetFact
from evenhand.decisions.rules.words import FindingStatus, Verdict
from evenhand.decisions.sheets import Reading
from evenhand.decisions.shipped import shipped_pages
from evenhand.decisions.templatetags.decision_words import VERDICTS
from evenhand.kernel.money import Money
from evenhand.policy.errors import FactError
from evenhand.policy.kinds import Kind

MOST_MONEY = 12
_STATED = (FindingStatus.VERIFIED, FindingStatus.CLAIMED, FindingStatus.KNOWN)


class FindingsForm(forms.Form):
    """A field for each fact that was sent: an empty one leaves the fact as it is."""

    source = forms.CharField(label=_("How you know it"), max_length=200, required=False)

    def __init__(self, data: QueryDict, *, reading: Reading | None) -> None:
        super().__init__(data)
        self._reading = reading
        self.sent = tuple(self._sent(data))
        for fact in self.sent:
            self.fields[fact.field] = _field_of(fact)
        self.order_fields([*(fact.field for fact in self.sent), "source"])

    def _sent(self, data: QueryDict) -> Iterator[SheetFact]:
        facts = self._reading.sheet.facts if self._reading else ()
        return (fact for fact in facts if data.get(fact.field, "").strip())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        found = [self._finding(fact, given) for fact in self.sent]
        given["findings"] = [finding for finding in found if finding]
        return given

    def _finding(self, fact: SheetFact, given: dict[str, Any]) -> NewFinding | None:
        if self._reading is None or fact.field not in given:
            return None
        declared = self._reading.page.fact(fact.name)
        try:
            value = read_entry(
                given[fact.field], fact=declared, currency=self._reading.currency
            )
        except FactError:
            wrong = remedy(declared, currency=self._reading.currency)
            self.add_error(fact.field, wrong)
            return None
        status = self._status(fact, changed=value != fact.value)
        if value == fact.value and status == fact.status:
            return None
        return NewFinding(
            fact=fact.name,
            value=to_keep(value),
            status=status,
            source=given.get("source", ""),
        )

    def _status(self, fact: SheetFact, *, changed: bool) -> FindingStatus:
        """Take the status that was sent; a new value without one is verified.

        A value that stands as it was keeps its status: saving the sheet confirms nothing.
        """
        stated = self.data.get(f"status-{fact.name}", "")
        if stated in _STATED:
            return FindingStatus(stated)
        return FindingStatus.VERIFIED if changed else fact.status


def _field_of(fact: SheetFact) -> forms.Field:
    if fact.choices and fact.kind is not Kind.TEXTS:
        known = [(word, said or word.replace("_", " ")) for word, said in fact.options]
        choices = [*known, ("unknown", _("nobody knows"))]
        return forms.ChoiceField(label=fact.ask, choices=choices)
    return forms.CharField(label=fact.ask, max_length=500)


class _MoneyField(forms.CharField):
    """An amount in major units of a currency that the view gives: "20.00"."""

    def __init__(self, **options: Any) -> None:
        self.currency = "EUR"
        super().__init__(max_length=MOST_MONEY, required=False, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = Money.entered(text, self.currency)
        except ValueError as error:
            wrong = _("Write an amount such as 20.00.")
            raise forms.ValidationError(wrong) from error
        if amount.minor < 0:
            raise forms.ValidationError(_("This is less than nothing."))
        return amount


class GrantForm(forms.Form):
    option = forms.CharField(max_length=100, widget=forms.HiddenInput)
    goodwill = _MoneyField(label=_("Goodwill on top"))

    def __init__(self, data: QueryDict | None, *, currency: str) -> None:
        super().__init__(data)
        _in_currency(self, currency)


class AskForm(GrantForm):
    why = forms.CharField(
        label=_("Why it is right here"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OtherwiseForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=[(v.value, VERDICTS[v]) for v in Verdict]
    )
    title = forms.CharField(label=_("What the customer gets"), max_length=300)
    amount = _MoneyField(
        label=_("All that it is worth"),
        help_text=_("What is due by right included; 0.00 if it costs nothing."),
    )
    say = forms.CharField(
        label=_("Sentence to the customer"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=_("Reason, kept on record"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: QueryDict | None, *, currency: str, language: str) -> None:
        super().__init__(data)
        self._language = language
        _in_currency(self, currency)

    @property
    def otherwise(self) -> Otherwise:
        """The exception that was described."""
        given = self.cleaned_data
        said = {self._language: given["say"]} if given["say"] else {}
        return Otherwise(
            verdict=Verdict(given["verdict"]),
            title=given["title"],
            amount=given["amount"],
            says=said,
        )


class AnswerForm(forms.Form):
    granted = forms.ChoiceField(choices=[("yes", _("Grant")), ("no", _("Refuse"))])
    reason = forms.CharField(
        label=_("Your reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DraftForm(forms.Form):
    """A page as it is written, and the revision that it was written over."""

    text = forms.CharField(
        label=_("The page"),
        strip=False,
        required=False,
        widget=forms.Textarea(
            attrs={
                "spellcheck": "false",
                "autocapitalize": "off",
                "autocomplete": "off",
                "wrap": "off",
            }
        ),
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Browsers send line ends as two signs; a page has one."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class NewPageForm(forms.Form):
    """With what a page begins; `text` and `based_on` say it once the form is valid."""

    start = forms.ChoiceField(
        label=_("Begin with"), widget=forms.RadioSelect, choices=[]
    )
    pasted = forms.CharField(
        label=_("The text"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "class": "font-mono"}
        ),
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        titles: list[tuple[str, str]],
        initial: dict[str, str],
        today: date,
        language: str,
    ) -> None:
        super().__init__(data, initial=initial)
        self._names, self._today = [name for name, _title in titles], today
        *self.groups, own = _starts(titles, language)
        options = [option for group in (*self.groups, own) for option in group.options]
        self.fields["start"].choices = options  # type: ignore[attr-defined]  # a ChoiceField
        self.begins_with = Beginning("")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind, _colon, name = given.get("start", "").partition(":")
        has_text = bool(given.get("pasted", "").strip())
        if has_text:  # work that would be lost, whichever button still stands
            kind, name = "pasted", ""
        elif kind == "pasted":
            self.add_error("pasted", _("Paste the text of a page."))
        found = self._found(kind, name, given)
        if found is None:
            self.add_error("start", _("There is no such page any more."))
        else:
            self.begins_with = found
        return given

    def _found(self, kind: str, name: str, given: dict[str, Any]) -> Beginning | None:
        match kind:
            case "next":
                return next_of(name, today=self._today)
            case "shipped":
                return shipped(name, taken=self._names, today=self._today)
            case "pasted":
                return Beginning(given.get("pasted", "").replace("\r\n", "\n"))
            case _:
                return blank(taken=self._names, today=self._today)


@dataclass(frozen=True, slots=True)
class Group:
    """Beginnings of one kind, under a heading."""

    name: Promise | str
    options: list[tuple[str, Promise | str]]


def _starts(titles: list[tuple[str, str]], language: str) -> list[Group]:
    mine = [(f"next:{name}", title) for name, title in titles]
    given = [
        (f"shipped:{page.name}", page.said.title_in(language))
        for page in shipped_pages()
    ]
    return [
        Group(_("From the beginning"), [("blank", _("A small page of three rows"))]),
        *([Group(_("The next version of"), list(mine))] if mine else []),
        Group(_("A page that comes with the desk"), list(given)),
        Group("", [("pasted", _("A text of your own"))]),
    ]


def _day_input() -> forms.DateInput:
    """Give a browser the day as it reads one, whatever the reader's language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ProposeForm(forms.Form):
    """Why a page is published, from when, and all that is said to be meant."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("Why, kept with the version"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    begins = forms.DateField(label=_("Holds from"), required=False, widget=_day_input())
    meant = forms.MultipleChoiceField(required=False, choices=[])

    def __init__(
        self,
        data: QueryDict | None,
        *,
        points: tuple[Point, ...],
        initial: dict[str, object],
    ) -> None:
        super().__init__(data, initial=initial)
        chosen = data.getlist("meant") if data is not None else []
        # one that has gone meanwhile needs no answer any more
        keys = [*(point.key for point in points), *chosen]
        self.fields["meant"].choices = [(key, key) for key in dict.fromkeys(keys)]  # type: ignore[attr-defined]  # a ChoiceField


class SecondPersonForm(forms.Form):
    """The answer of the second person; sending back needs a reason."""

    granted = forms.ChoiceField(choices=[("yes", _("Publish")), ("no", _("Send back"))])
    reason = forms.CharField(
        label=_("Your reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WhyForm(forms.Form):
    why = forms.CharField(
        label=_("Why, kept with the version"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RevertForm(WhyForm):
    begins = forms.DateField(label=_("Holds from"), widget=_day_input())


def _in_currency(form: forms.Form, currency: str) -> None:
    for field in form.fields.values():
        if isinstance(field, _MoneyField):
            field.currency = currency
            field.label = f"{field.label}, {currency}"


def is_exception(data: QueryDict) -> bool:
    """Whether the request for approval is about an exception."""
    return data.get("option") == EXCEPTION
