"""Which providers may call the desk, each with its key or its user and password."""

from __future__ import annotations

from collections.abc import Mapping

from evenhand.web.environment import Environment, WrongSetting

# each signs its calls with this key
SIGNING = {
    "mailgun": "EVENHAND_HOOK_MAILGUN",
    "mandrill": "EVENHAND_HOOK_MANDRILL",
    "mailersend": "EVENHAND_HOOK_MAILERSEND",
    "postal": "EVENHAND_HOOK_POSTAL",
}
# each shows the user and password that stand in the address it calls
SHOWING = {
    "postmark": "EVENHAND_HOOK_POSTMARK",
    "sparkpost": "EVENHAND_HOOK_SPARKPOST",
    "mailjet": "EVENHAND_HOOK_MAILJET",
    "amazon_ses": "EVENHAND_HOOK_AMAZON_SES",
}
SHORTEST_PASSWORD = 16


def hooks(environment: Environment) -> Mapping[str, str]:
    """Return the secret of each provider that may call; WrongSetting for a weak one."""
    signing = {key: environment.text(name, "") for key, name in SIGNING.items()}
    showing = {key: _shown(environment, name) for key, name in SHOWING.items()}
    return {key: secret for key, secret in (signing | showing).items() if secret}


def _shown(environment: Environment, name: str) -> str:
    """Return "user:password", which is all that keeps strangers from handing over mail."""
    given = environment.text(name, "")
    user, colon, password = given.partition(":")
    if given and not (user and colon and len(password) >= SHORTEST_PASSWORD):
        raise WrongSetting(
            name=name,
            problem=f"needs a user, a colon and {SHORTEST_PASSWORD} letters or more",
            example="postmark:a-long-random-text",
        )
    return given
