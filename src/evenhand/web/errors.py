"""Designed pages for what went wrong, with the right status."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was open too long, rather than accuse of forgery."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
