"""The log names no link that is a right in itself."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings

from evenhand.web.log import Discreet

FORMATTERS: dict[str, dict[str, str]] = settings.LOGGING["formatters"]  # type: ignore[assignment]  # read by logging
LINE = FORMATTERS["line"]


def logged(words: str, *arguments: object) -> str:
    record = logging.LogRecord(
        "django.request", logging.WARNING, __file__, 1, words, arguments, None
    )
    return Discreet("%(levelname)s %(message)s").format(record)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/s/w9Zx-3f_kQ1aB2cD4/", "/s/…/"),
        ("/s/w9Zx-3f_kQ1aB2cD4/thanks/", "/s/…/thanks/"),
        ("/accounts/password/reset/key/1-c4x-9f/", "/accounts/password/reset/key/…/"),
        ("/cases/10081/", "/cases/10081/"),
    ],
)
def test_a_line_of_the_log_keeps_the_secret_of_a_link(path: str, shown: str) -> None:
    assert logged("%s: %s", "Conflict", path) == f"WARNING Conflict: {shown}"


def test_the_desk_logs_through_it() -> None:
    assert LINE["class"] == "evenhand.web.log.Discreet"
