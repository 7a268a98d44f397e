"""Which unknown facts keep an expression from having a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from evenhand.policy.nodes import Choice, Fold, Logic, Member, Name, Node, children
from evenhand.policy.program import Program
from evenhand.policy.sheet import Sheet


def blockers(program: Program, root: Node, sheet: Sheet) -> list[str]:
    """Return the unknown facts that keep an expression from having a value.

    Of a choice only the part that is known to count; first its test.
    """
    if isinstance(root, Name):
        return [root.name] if sheet[root.name] is None else []
    below = children(root)
    if isinstance(root, Choice):
        held = program.functions.value(root.test, sheet)
        below = (root.test,) if held is None else (root.yes if held else root.no,)
    elif isinstance(root, Logic | Fold | Member):
        if program.functions.value(root, sheet) is not None:
            return []
        if isinstance(root, Fold):
            return _fold_blockers(program, root, sheet)
    return [name for one in below for name in blockers(program, one, sheet)]


def _fold_blockers(program: Program, root: Fold, sheet: Sheet) -> list[str]:
    """Return what a fold waits for: the list, or facts that its parts read.

    A list of which an element says too little is asked for again. A least or greatest
    of nothing waits for nothing.
    """
    over = root.over.name
    if sheet[over] is None:
        return [over]
    parts = [part for part in (root.where, root.body) if part]
    inside = [name for one in parts for name in read_by(one) if sheet[name] is None]
    if not inside and root.word in ("min", "max"):
        counted = replace(root, word="count", body=None)
        if program.functions.value(counted, sheet) == 0:
            return []
    return inside or [over]


def read_by(root: Node) -> Iterator[str]:
    """Give each name that an expression reads."""
    if isinstance(root, Name):
        yield root.name
    for one in children(root):
        yield from read_by(one)
