"""What the settings show of providers that call: addresses to be copied, and how each fares."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from evenhand.channels.hooks.providers import PROVIDERS
from evenhand.channels.models import HookState


@dataclass(frozen=True, slots=True)
class Door:
    """A provider, the setting of its secret, and the addresses that it is to call.

    Where its password stands in the address, USER and PASSWORD stand for them: the page
    never shows a secret. `events` is "" where it tells of none.
    """

    name: str
    setting: str
    is_set_up: bool
    mail: str
    events: str
    state: HookState


def doors() -> list[Door]:
    """Return every provider that the desk understands, those that are set up first."""
    states = {state.provider: state for state in HookState.objects.all()}
    found = [
        Door(
            name=provider.name,
            setting=f"EVENHAND_HOOK_{key.upper()}",
            is_set_up=key in settings.HOOKS,
            mail=_address("hook", key) + provider.tail,
            events=_address("hook_events", key) if provider.events else "",
            state=states.get(key) or HookState(provider=key),
        )
        for key, provider in PROVIDERS.items()
    ]
    return sorted(found, key=lambda door: (not door.is_set_up, door.name))


def _address(name: str, key: str) -> str:
    own = urlsplit(settings.PUBLIC_URL)
    login = "USER:PASSWORD@" if PROVIDERS[key].has_password else ""
    place = reverse(f"channels:{name}", args=[key])
    return f"{own.scheme}://{login}{own.netloc}{own.path}{place}"
