"""A lock on a row leaves others free to point at it."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "evenhand"


def full_locks(text: str) -> list[int]:
    """The lines where a row is locked against foreign keys that point at it, too.

    PostgreSQL checks a foreign key by sharing the key of the row pointed at. Who has
    written such a row and waits for the check, and who holds the other and waits for
    what was written, stand still for ever: one of them is thrown out.
    """
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
        and "no_key" not in [keyword.arg for keyword in node.keywords]
    ]


def test_no_row_is_locked_against_what_points_at_it() -> None:
    found = {
        str(path.relative_to(SOURCE)): lines
        for path in sorted(SOURCE.glob("**/*.py"))
        if (lines := full_locks(path.read_text(encoding="utf-8")))
    }

    assert found == {}


def test_the_guard_sees_a_full_lock() -> None:
    assert full_locks("Case.objects.select_for_update(of=('self',)).get()") == [1]
    assert full_locks("Case.objects.select_for_update(no_key=True).get()") == []
