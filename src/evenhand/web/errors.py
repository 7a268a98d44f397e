"""Designed pages for what went wrong, with the right status, in one place."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from evenhand.cases.actions import CaseClosed, CaseMerged
from evenhand.cases.queries import NoSuchCase

# What a view may let through, and the page that answers it. Doors raise the first kind
# for what is not there and for what is not the member's to see, told apart by no one.
ANSWERS: dict[type[Exception], HTTPStatus] = {
    NoSuchCase: HTTPStatus.NOT_FOUND,
    CaseClosed: HTTPStatus.CONFLICT,
}
MERGED: str | Promise = lazy(
    "The case is merged into another. What is to be done is done there."
)


class DesignedErrors:
    """Turn the refusals of the rooms below into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Answer what the table knows; anything else stays an error."""
        for kind, status in ANSWERS.items():
            if isinstance(error, kind):
                return page(request, status, reason=_reason(error))
        return None


def page(request: HttpRequest, status: HTTPStatus, reason: str = "") -> HttpResponse:
    """Show the designed page of a status; an empty reason leaves the page's own words."""
    return render(request, f"{status.value}.html", {"reason": reason}, status=status)


def _reason(error: Exception) -> str:
    if isinstance(error, CaseMerged):
        return str(MERGED)
    if isinstance(error, CaseClosed):
        return _("The case is closed. Open it again first.")
    return ""


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was open too long, rather than accuse of forgery."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    return page(request, HTTPStatus.NOT_FOUND)


def broken(_request: HttpRequest) -> HttpResponse:
    """Answer without the database or the session: they may be what broke."""
    return HttpResponse(
        render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR
    )
