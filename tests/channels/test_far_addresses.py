"""Mail to an address beyond ASCII leaves where the server takes it, or fails and says so."""

from __future__ import annotations

import pytest

from evenhand.channels.transport import Never, transport_for
from tests.channels.sink import a_sink
from tests.given_mail import raw_mail

FAR = "élise@mail.example"


def test_an_address_beyond_ascii_leaves_by_a_server_that_takes_it() -> None:
    with a_sink(utf8=True) as sink:
        refused = transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example", recipients=[FAR], raw=raw_mail()
        )

    assert refused == {}
    assert [taken.rcpt_tos for taken in sink.taken] == [[FAR]]


def test_a_server_that_takes_ascii_alone_ends_the_mail_with_the_reason() -> None:
    with a_sink() as sink, pytest.raises(Never, match="beyond ASCII"):
        transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example", recipients=[FAR], raw=raw_mail()
        )

    assert sink.taken == []
