"""Mail to an address beyond ASCII leaves where the server takes it, or fails and says so."""

from __future__ import annotations

from evenhand.channels.transport import Answer, transport_for
from tests.channels.sink import a_sink
from tests.given_mail import raw_mail

FAR = "élise@mail.example"


def test_an_address_beyond_ascii_leaves_by_a_server_that_takes_it() -> None:
    with a_sink(utf8=True) as sink:
        answers = transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example", recipients=[FAR], raw=raw_mail()
        )

    assert answers == {FAR: Answer(250, "")}
    assert [taken.rcpt_tos for taken in sink.taken] == [[FAR]]


def test_a_server_that_takes_ascii_alone_refuses_that_one_and_takes_the_others() -> (
    None
):
    with a_sink() as sink:
        answers = transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example",
            recipients=[FAR, "eva@mail.example"],
            raw=raw_mail(),
        )

    assert answers[FAR].final
    assert "beyond ASCII" in answers[FAR].words
    assert answers["eva@mail.example"].taken
    assert [taken.rcpt_tos for taken in sink.taken] == [["eva@mail.example"]]


def test_a_server_that_takes_ascii_alone_is_sent_nothing_for_that_one_only() -> None:
    with a_sink() as sink:
        answers = transport_for(f"smtp://127.0.0.1:{sink.port}").deliver(
            sender="help@shop.example", recipients=[FAR], raw=raw_mail()
        )

    assert answers[FAR].code == 553
    assert sink.taken == []
