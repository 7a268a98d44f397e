"""Words that are passed on lose the addresses that were to be left out, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evenhand.channels.mail.forwarding import named_in, passed_on, without

EVA = "eva@mail.example"
WORDS = st.text(alphabet="abc @.<>:\nE", max_size=40)


def test_a_message_becomes_a_quotation_below_its_heading() -> None:
    told = passed_on("One\n\nTwo  ", heading="They wrote:", leave_out=())

    assert told == "They wrote:\n> One\n>\n> Two"


def test_an_address_goes_in_any_case_of_letters_and_out_of_links() -> None:
    text = "Eva@Mail.Example, <mailto:EVA@mail.example?x=1>"

    assert without(text, {EVA}) == "[…], <mailto:[…]?x=1>"


def test_of_two_addresses_the_longer_goes_first() -> None:
    text = "my.eva@mail.example and eva@mail.example"

    assert without(text, {EVA, f"my.{EVA}"}) == "[…] and […]"


@given(before=WORDS, after=WORDS, upper=st.booleans())
def test_what_was_left_out_is_found_no_more_and_the_rest_stays(
    before: str, after: str, upper: bool
) -> None:
    address = EVA.upper() if upper else EVA
    text = f"{before}{address}{after}"

    cleared = without(text, {EVA})

    assert named_in(text, {EVA}) == (EVA,)
    assert named_in(cleared, {EVA}) == ()
    assert cleared.startswith(before.split(EVA, maxsplit=1)[0])
    assert cleared.replace("[…]", "") == text.replace(address, "")
