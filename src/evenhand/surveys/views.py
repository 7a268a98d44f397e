"""What a customer sees behind the link of a survey: the form, thanks, and three ends.

Nobody signs in here: the token in the address is the only right, and no cookie is
read. So there is nothing that another site could do in the customer's name, and the
form needs no token against that; it works where cookies are blocked.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evenhand.surveys import actions, queries
from evenhand.surveys.forms import AnswerForm
from evenhand.surveys.models import Survey
from evenhand.surveys.rules import EASE, SATISFACTION, Standing
from evenhand.surveys.wording import DJANGO_CODES, Wording, spoken, wording_in

SEE_OTHER = 303
NOT_FOUND = 404
CONFLICT = 409
GONE = 410
UNPROCESSABLE = 422
ENDS = {Standing.ANSWERED: CONFLICT, Standing.EXPIRED: GONE}


@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the survey and take the answer; opening the link alone changes nothing."""
    at = timezone.now()
    try:
        survey = queries.survey_for(token)
    except queries.NoSuchSurvey:
        return _end(request, language=_asked_language(request), status=NOT_FOUND)
    ended = ENDS.get(survey.standing_at(at))
    if ended is not None:
        return _end(request, language=survey.language, status=ended)
    sent = request.POST if request.method == "POST" else None
    form = AnswerForm(sent, wording=wording_in(survey.language))
    if sent is None:
        return _form(request, survey, form)
    if not form.is_valid():
        return _form(request, survey, form, status=UNPROCESSABLE)
    try:
        actions.answer(survey=survey, **form.cleaned_data, at=at)
    except actions.AlreadyAnswered:
        return _end(request, language=survey.language, status=CONFLICT)
    address = reverse("surveys:thanks", args=[token])
    return HttpResponseRedirect(address, status=SEE_OTHER)


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Thank for the answer; a link without one leads back to the survey."""
    try:
        survey = queries.survey_for(token)
    except queries.NoSuchSurvey:
        return _end(request, language=_asked_language(request), status=NOT_FOUND)
    if survey.standing_at(timezone.now()) != Standing.ANSWERED:
        return HttpResponseRedirect(reverse("surveys:answer", args=[token]))
    return _end(request, language=survey.language, status=200)


def _form(
    request: HttpRequest, survey: Survey, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    wording = wording_in(survey.language)
    chosen = {name: form[name].value() for name in ("satisfaction", "ease")}
    context = {
        "about": wording.about.format(ref=survey.case.ref, subject=survey.case.subject),
        "form": form,
        "satisfaction_marks": [
            (mark, word, str(mark) == chosen["satisfaction"])
            for mark, word in zip(SATISFACTION, wording.satisfaction_marks, strict=True)
        ],
        "ease_marks": [
            (mark, _ease_word(mark, wording), str(mark) == chosen["ease"])
            for mark in EASE
        ],
    }
    return _page(request, "surveys/form.html", survey.language, context, status)


def _ease_word(mark: int, wording: Wording) -> str:
    """Return what the ends of the scale mean; the marks between speak for themselves."""
    return {EASE[0]: wording.ease_lowest, EASE[-1]: wording.ease_highest}.get(mark, "")


def _end(request: HttpRequest, *, language: str, status: int) -> HttpResponse:
    wording = wording_in(language)
    icon, tone, title, text = {
        200: ("heart", "success", wording.thanks_title, wording.thanks_text),
        NOT_FOUND: ("link", "", wording.unknown_title, wording.unknown_text),
        CONFLICT: ("check-check", "", wording.answered_title, wording.answered_text),
        GONE: ("calendar", "", wording.expired_title, wording.expired_text),
    }[status]
    context = {"icon_name": icon, "tone": tone, "heading": title, "text": text}
    return _page(request, "surveys/end.html", language, context, status)


def _page(
    request: HttpRequest,
    template: str,
    language: str,
    context: Mapping[str, object],
    status: int,
) -> HttpResponse:
    """Render in the customer's language, the words of the frame around it too."""
    short = spoken(language)
    shown = {**context, "wording": wording_in(short), "survey_language": short}
    with translation.override(DJANGO_CODES.get(short, short)):
        response = render(request, template, shown, status=status)
    response.headers["Content-Language"] = short
    return response


def _asked_language(request: HttpRequest) -> str:
    """Return what the browser asks for: of an unknown link we know no customer."""
    return translation.get_language_from_request(request)
