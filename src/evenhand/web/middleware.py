"""What happens to every request before a view sees it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from evenhand.staff.models import Member


def speak_the_members_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Show pages in the member's language, to others in the one their browser asks for."""

    def respond(request: HttpRequest) -> HttpResponse:
        member = request.user
        language = (
            member.language
            if isinstance(member, Member)
            else translation.get_language_from_request(request)
        )
        with translation.override(language or settings.LANGUAGE_CODE):
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return respond
