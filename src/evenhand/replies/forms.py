"""The answer box as it is posted, by sending it and by every check while one writes."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from evenhand.replies.composer import Written

LONGEST_TEXT = 100_000
LONGEST_REASON = 500
LONGEST_TOKEN = 64
LONGEST_KEY = 18
# an address with its name before it
LONGEST_COPY = 500


class ManyWords(forms.Field):
    """Every value that was posted under one name, as a set of texts."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Iterable[str] | None) -> frozenset[str]:
        return frozenset(str(word) for word in value or ())


class AnswerForm(forms.Form):
    """Takes any choice; what a rule, key or address may be, its reader decides."""

    text = forms.CharField(max_length=LONGEST_TEXT, required=False, strip=False)
    token = forms.CharField(max_length=LONGEST_TOKEN, required=False)
    mode = forms.CharField(max_length=10, required=False)
    confirmed = ManyWords(required=False)
    seen = ManyWords(required=False)
    promise = ManyWords(required=False)
    admit = ManyWords(required=False)
    cc = ManyWords(required=False)
    added = ManyWords(required=False)
    new_copy = forms.CharField(required=False)
    file = ManyWords(required=False)
    override_reason = forms.CharField(max_length=LONGEST_REASON, required=False)
    then_close = forms.BooleanField(required=False)
    name = forms.CharField(max_length=LONGEST_KEY, required=False)
    later = forms.BooleanField(required=False)
    leave = forms.CharField(max_length=40, required=False)
    leave_on = forms.CharField(max_length=40, required=False)

    def clean_new_copy(self) -> str:
        return str(self.cleaned_data["new_copy"])[:LONGEST_COPY]


def written_in(posted: QueryDict) -> Written:
    """Return what was posted; what is too long is cut, never lost as a whole.

    A NUL, which PostgreSQL does not keep, is left out.
    """
    form = AnswerForm(posted)
    if form.is_valid():
        return Written(**form.cleaned_data)

    def kept(name: str, *, most: int) -> str:
        return posted.get(name, "").replace("\0", "")[:most]

    return Written(
        text=kept("text", most=LONGEST_TEXT),
        token=kept("token", most=LONGEST_TOKEN),
        override_reason=kept("override_reason", most=LONGEST_REASON),
        # who was to get a copy is never left out in silence
        cc=frozenset(posted.getlist("cc")),
        added=frozenset(posted.getlist("added")),
        new_copy=kept("new_copy", most=LONGEST_COPY),
        name=kept("name", most=LONGEST_KEY),
    )
