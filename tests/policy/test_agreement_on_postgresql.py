"""Python and PostgreSQL decide every shipped page alike."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evenhand.policy.loading import load
from tests.policy import agreeing
from tests.policy.test_agreement import SAMPLE, SHIPPED

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_postgresql_decides_a_shipped_page_as_python_does(path: Path) -> None:
    url = os.environ.get("EVENHAND_DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("runs where the tests run on PostgreSQL")
    page = load(path.read_text(encoding="utf-8"))
    cases = list(agreeing.Drawing(page, seed=2).cases(SAMPLE))
    wanted = [agreeing.in_python(page, facts) for facts in cases]

    found = agreeing.on_postgres(page, cases, url)

    assert agreeing.differences(cases, wanted, found) == []
