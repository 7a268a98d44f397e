"""From where a page's stream begins: what the ledger held before the page was made."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from evenhand.ledger.queries import last_key
from evenhand.staff.models import Member


def note_where_the_ledger_stands(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give whole pages `request.live_after`, for the address of their stream.

    Noted before anything is read for the page: what commits while it is made, or while
    the browser opens the stream, is told once too often rather than never.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        is_part = "X-Live" in request.headers or "HX-Request" in request.headers
        if request.method == "GET" and not is_part and isinstance(request.user, Member):
            request.live_after = last_key()  # type: ignore[attr-defined]  # ours, for base.html
        return get_response(request)

    return respond
