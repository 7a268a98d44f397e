"""Which folders a test of a mailbox offers to tick."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import given
from tests.channels.dovecot import PASSWORD, a_dovecot
from tests.channels.test_mailbox_pages import a_form


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_is_not_there_is_named_and_not_offered(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(given.the("ada"))
    with a_dovecot() as dovecot:
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
        dovecot.user("eva")
        dovecot.put("eva", folder="Kunden/Neu")
        form = a_form(port=str(dovecot.imaps), security="tls", password=PASSWORD)

        tested = client.post(
            "/settings/mailboxes/test/", {**form, "other_folder": "Kunden/Nue"}
        )

    assert "Did you mean “Kunden/Neu”?" in tested.text
    assert tested.context["offered"] == [("INBOX", True), ("Kunden/Neu", False)]
