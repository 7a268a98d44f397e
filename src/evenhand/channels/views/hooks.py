"""The addresses that providers call: for mail, and for what became of ours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from evenhand.channels.actions import hooks as actions
from evenhand.channels.actions import intake
from evenhand.channels.hooks.bodies import read_body, said_in
from evenhand.channels.hooks.events import came_back
from evenhand.channels.hooks.freshness import check_age, mark_of
from evenhand.channels.hooks.mails import NotUnderstood, mails_of
from evenhand.channels.hooks.providers import (
    PROVIDERS,
    Forged,
    Provider,
    prove,
    reader,
)
from evenhand.channels.hooks.topics import confirm_topic
from evenhand.channels.models import HookRefusal

logger = logging.getLogger(__name__)
# what a provider tries no more; the others know no such word, and give up in the end
NEVER_AGAIN = {
    "mailgun": HTTPStatus.NOT_ACCEPTABLE,
    "postmark": HTTPStatus.FORBIDDEN,
}
Answer = Callable[[HttpRequest, str, Any], None]


def called(*, events: bool) -> Callable[[Answer], Callable[..., HttpResponse]]:
    """Let a view hear only what a provider that is set up has proven to be its own."""

    def decorated(answer: Answer) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @login_not_required
        @require_http_methods(["HEAD", "POST"])
        @wraps(answer)
        def view(request: HttpRequest, provider: str) -> HttpResponse:
            try:
                known, reading = PROVIDERS[provider], reader(provider, events=events)
            except KeyError as error:
                raise Http404(provider) from error
            if request.method == "HEAD":
                # some providers ask so whether the address is there
                return HttpResponse()
            if known.has_password and "Authorization" not in request.headers:
                if not known.waits_to_be_asked:
                    _note(provider, HookRefusal.NOT_PROVEN)
                return _asks_for_password()
            return _answered(request, provider, known, reading, answer)

        return view

    return decorated


def _answered(
    request: HttpRequest, key: str, known: Provider, reading: Any, answer: Answer
) -> HttpResponse:
    try:
        read_body(request, charset=known.charset)
        prove(request, reading)
        check_age(request, key, at=timezone.now())
        if mark := mark_of(request, key):
            said = said_in(request)
            actions.believe_once(provider=key, mark=mark, said=said, at=timezone.now())
        if not confirm_topic(request, key):
            answer(request, key, reading)
    except (Forged, actions.Replayed) as error:
        logger.warning("a call for %s is not believed: %s", key, error)
        _note(key, HookRefusal.NOT_PROVEN)
        # after a 403 Postmark tries no more, and the password may be mended meanwhile
        if known.has_password:
            return _asks_for_password()
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    except NotUnderstood as error:
        logger.warning("a call of %s is not understood: %s", key, error)
        _note(key, HookRefusal.NOT_UNDERSTOOD)
        return HttpResponse(str(error), status=422, content_type="text/plain")
    except intake.TooLarge:
        _note(key, HookRefusal.TOO_LARGE)
        too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return HttpResponse(status=NEVER_AGAIN.get(key, too_large))
    except OperationalError:
        logger.exception("a call of %s could not be kept", key)
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    _note(key)
    return HttpResponse()


def _note(key: str, refusal: HookRefusal | None = None) -> None:
    """Remember how the call ended; what was kept or refused stands whatever comes of it."""
    with suppress(OperationalError):
        actions.note_call(provider=key, refusal=refusal, at=timezone.now())


@called(events=False)
def mail(request: HttpRequest, provider: str, reading: Any) -> None:
    """Keep the mails of a call; when it is answered with 200 they are on the disk."""
    mails = mails_of(request, provider, reading)
    try:
        actions.take(mails=mails, at=timezone.now())
    except intake.TooLarge:
        largest = max(mails, key=lambda each: len(each.raw))
        envelope = intake.Envelope(largest.sender, largest.recipients)
        intake.refuse(size=len(largest.raw), envelope=envelope, at=timezone.now())
        raise


@called(events=True)
def events(request: HttpRequest, _provider: str, reading: Any) -> None:
    """Note which of our mails came back."""
    actions.note(told=came_back(request, reading), at=timezone.now())


def _asks_for_password() -> HttpResponse:
    response = HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    # Amazon SNS sends the password only after it was asked
    response.headers["WWW-Authenticate"] = 'Basic realm="Evenhand"'
    return response
