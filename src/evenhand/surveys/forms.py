from __future__ import annotations

from typing import Any

from django import forms

from evenhand.surveys.rules import EASE, SATISFACTION
from evenhand.surveys.wording import Wording

LONGEST_COMMENT = 2000


class AnswerForm(forms.Form):
    """Two marks and a word; errors are said in the customer's language."""

    satisfaction = forms.TypedChoiceField(
        coerce=int, choices=[(mark, mark) for mark in SATISFACTION]
    )
    ease = forms.TypedChoiceField(coerce=int, choices=[(mark, mark) for mark in EASE])
    comment = forms.CharField(required=False)

    def __init__(self, data: Any = None, *, wording: Wording) -> None:
        super().__init__(data)
        for name in ("satisfaction", "ease"):
            self.fields[name].error_messages = {
                "required": wording.choose,
                "invalid_choice": wording.choose,
            }
        self._wording = wording

    def clean_comment(self) -> str:
        comment: str = self.cleaned_data["comment"]
        if len(comment) > LONGEST_COMMENT:
            raise forms.ValidationError(self._wording.comment_too_long)
        return comment
