from __future__ import annotations

import re
from pathlib import Path

from evenhand.coach.rules.check import RULES

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_every_rule_has_its_heading_in_the_order_in_which_the_rules_bind() -> None:
    page = (DOCS / "reference" / "reply-rules.md").read_text("utf-8")

    headings = re.findall(r"^### `([a-z-]+)` \((L\d\d), (\w+)\)$", page, re.MULTILINE)

    assert headings == [(rule.name, rule.number, rule.severity) for rule in RULES]


def test_every_rule_is_explained() -> None:
    page = (DOCS / "explanation" / "reply-rules.md").read_text("utf-8")

    missing = [rule.name for rule in RULES if f"`{rule.name}`" not in page]

    assert missing == []
