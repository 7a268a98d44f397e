"""The pages that tell how to connect name what is really on the screens and in settings."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from evenhand.channels.hooks.providers import PROVIDERS
from evenhand.channels.mailboxes.providers import GOOGLE, MICROSOFT
from evenhand.web.hook_settings import SHOWING, SIGNING
from tests.messages import words_in_source

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to"
PAGES = ("connect-a-mailbox", "gmail", "microsoft-365", "postfix", "provider-webhooks")


def text_of(page: str) -> str:
    return (HOW_TO / f"{page}.md").read_text(encoding="utf-8")


@cache
def on_the_screen() -> frozenset[str]:
    """Every word that the screens of mail say, in English."""
    return frozenset(
        word.one
        for word, files in words_in_source().items()
        if any(name.startswith("channels/") or "context.py" in name for name in files)
    )


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_prints_in_bold_is_on_a_screen(page: str) -> None:
    named = set(re.findall(r"\*\*(.+?)\*\*", text_of(page)))

    assert named <= on_the_screen()
    assert named or page == "provider-webhooks"


def test_the_faults_that_the_page_of_microsoft_explains_are_said_so() -> None:
    told = re.findall(r"^\| ([A-Z][^|]+\.) \|", text_of("microsoft-365"), re.MULTILINE)
    known = {word.replace("%(provider)s", "Microsoft 365") for word in on_the_screen()}

    assert len(told) == 4
    assert set(told) <= known


@pytest.mark.parametrize(
    ("page", "provider"), [("gmail", GOOGLE), ("microsoft-365", MICROSOFT)]
)
def test_a_providers_page_names_its_server(page: str, provider: object) -> None:
    assert f"`{provider.hosts['imap']}`" in text_of(page)  # type: ignore[attr-defined] # one of two providers


def test_every_provider_that_may_call_is_told_with_its_address() -> None:
    page = text_of("provider-webhooks")

    told = set(re.findall(r"/hooks/mail/(\w+)/", page))

    assert told == set(PROVIDERS) == {*SIGNING, *SHOWING}
    assert {each.name for each in PROVIDERS.values()} == set(
        re.findall(r"^\| ([\w ]+?) \| `\w+/` \|", page, re.MULTILINE)
    )
