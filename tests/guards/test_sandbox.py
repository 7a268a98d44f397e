"""A frame of a stranger's HTML never has scripts and our origin together."""

from __future__ import annotations

import re
from pathlib import Path

from evenhand.channels import frame

SOURCE = Path(__file__).resolve().parents[2] / "src" / "evenhand"


def test_no_frame_may_run_scripts() -> None:
    granted = [
        words
        for path in SOURCE.rglob("*.html")
        for words in re.findall(r'sandbox="([^"]*)"', path.read_text(encoding="utf-8"))
    ]
    granted += [frame.policy(remote=False), frame.policy(remote=True)]

    assert len(granted) >= 3
    assert [words for words in granted if "allow-scripts" in words] == []
    assert [words for words in granted if "allow-forms" in words] == []


def test_every_frame_of_ours_is_sandboxed() -> None:
    frames = [
        tag
        for path in SOURCE.rglob("*.html")
        for tag in re.findall(r"<iframe\b[^>]*>", path.read_text(encoding="utf-8"))
    ]

    assert frames
    assert [tag for tag in frames if "sandbox=" not in tag] == []
