"""Every setting, command and ledger kind has its heading, and no heading is stale."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "evenhand"
REFERENCE = ROOT / "docs" / "reference"


def headings(page: str) -> set[str]:
    text = (REFERENCE / page).read_text(encoding="utf-8")
    return set(re.findall(r"^##+ `?([^`\n]+?)`?$", text, re.MULTILINE))


def in_the_source(pattern: str) -> set[str]:
    return {
        found
        for path in SOURCE.rglob("*.py")
        for found in re.findall(pattern, path.read_text(encoding="utf-8"))
    }


def test_every_setting_has_its_heading_and_no_heading_is_stale() -> None:
    settings = in_the_source(r'"(EVENHAND_[A-Z_]+)"')

    described = {h for h in headings("settings.md") if h.startswith("EVENHAND_")}

    assert settings == described


def test_every_command_has_its_heading_and_no_heading_is_stale() -> None:
    commands = {
        "evenhand " + path.stem.replace("_", " ")
        for path in SOURCE.glob("*/management/commands/*.py")
        if path.stem != "__init__"
    }

    described = {h for h in headings("commands.md") if h.startswith("evenhand ")}

    assert commands == described


def test_every_ledger_kind_has_its_heading_and_no_heading_is_stale() -> None:
    kinds = in_the_source(r'\bkind=(?:\(\s*)?"([a-z_]+\.[a-z_]+)"')

    described = {h for h in headings("ledger-kinds.md") if "." in h}

    assert kinds == described
