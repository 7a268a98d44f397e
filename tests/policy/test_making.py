from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evenhand.policy.deciding import decide
from evenhand.policy.errors import DecisionFault
from evenhand.policy.loading import load
from tests.policy.making import cases, pages


# A page is large: shrinking one takes minutes and tells no more than the page does.
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(pages(), st.data())
def test_every_page_made_at_random_loads_and_decides(text: str, data: Any) -> None:
    page = load(text)
    facts = data.draw(cases(page))

    try:
        decision = decide(page, facts)
    except DecisionFault:
        return

    assert decision.page_hash == page.page_hash
