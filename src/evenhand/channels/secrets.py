"""Passwords and keys of mail servers, kept sealed under the desk's own secret."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# the key that is derived for this serves nothing else
LABEL = b"evenhand.channels.secrets"


class UnreadableSecret(Exception):
    """A kept secret was sealed under another key; the text says how to mend it."""

    def __init__(self) -> None:
        super().__init__(
            "a kept password cannot be read: EVENHAND_SECRET_KEY has changed since it"
            " was typed. Add the former key to EVENHAND_SECRET_KEY_FALLBACKS, or type"
            " the password again"
        )


def seal(text: str) -> str:
    """Return the text encrypted and signed, so that it may lie in the database.

    The same text sealed twice gives two results; neither says how long it is beyond
    the nearest 16 bytes.
    """
    return _keys().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return what was sealed under this key or a former one, else UnreadableSecret."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecret from error


def _keys() -> MultiFernet:
    # read each time: settings may name another key from one call to the next
    known = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_key(each) for each in known])


def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=LABEL)
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
