"""Two admins who give one team its first name at the same moment."""

from __future__ import annotations

import pytest

from evenhand.channels.models import SendingIdentity
from tests import given
from tests.channels.test_sending import an_identity
from tests.decisions.refusing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_first_names_one_is_the_usual_one() -> None:
    team = given.a_team("Repairs")
    given.the("ada")

    came = at_once(
        lambda: an_identity(team, name="Workshop"),
        lambda: an_identity(team, name="Repairs"),
    )

    assert came == {"done": 2}
    assert sorted(SendingIdentity.objects.values_list("is_usual", flat=True)) == [
        False,
        True,
    ]
