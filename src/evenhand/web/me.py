"""The page about oneself: the language of the desk, its look, the password."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from evenhand.staff import actions as staff
from evenhand.staff.requests import StaffRequest


class LanguageForm(forms.Form):
    # each language by its own name, so that nobody is lost in one he cannot read
    language = forms.ChoiceField(
        label=_("Language of the desk"),
        choices=settings.LANGUAGES,
        help_text=_("Customers are written to in their own language all the same."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: StaffRequest) -> HttpResponse:
    """Show who one is here, and take another language for the pages."""
    if request.method == "POST":
        form = LanguageForm(request.POST)
        if form.is_valid():
            return _spoken(request, form.cleaned_data["language"])
    else:
        form = LanguageForm(initial={"language": request.user.language})
    context = {"form": form, "teams": request.user.teams.order_by("name")}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "web/me.html", context, status=status)


def _spoken(request: StaffRequest, language: str) -> HttpResponse:
    staff.choose_language(
        member=request.user,
        language=language,
        by=request.user.as_actor,
        at=timezone.now(),
    )
    # said in the language that was just chosen
    with translation.override(language):
        messages.success(request, gettext("The desk speaks your language from now on."))
    return HttpResponseRedirect(reverse("me"), status=HTTPStatus.SEE_OTHER)
