"""What other rooms call says what it does, and a verb's arguments are named by who calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "evenhand"
PURE = ("kernel", "policy")
KINDS = ("actions", "queries", "rules")


def of_kind(kind: str) -> Iterator[Path]:
    """The room's file of this name, or the files of its folder."""
    yield from SOURCE.glob(f"*/{kind}.py")
    yield from SOURCE.glob(f"*/{kind}/**/*.py")


def public_functions(paths: Iterator[Path]) -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(paths):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.relative_to(SOURCE)}:{node.name}", node


@pytest.mark.parametrize("kind", KINDS)
def test_every_public_action_query_and_rule_says_what_it_does(kind: str) -> None:
    silent = [
        name
        for name, function in public_functions(of_kind(kind))
        if not ast.get_docstring(function)
    ]

    assert silent == []


@pytest.mark.parametrize("room", PURE)
def test_every_public_function_of_the_pure_rooms_says_what_it_does(room: str) -> None:
    silent = [
        name
        for name, function in public_functions((SOURCE / room).glob("**/*.py"))
        if not ast.get_docstring(function)
    ]

    assert silent == []


def is_offered(name: str) -> bool:
    """Whether the room offers the verb: by its folder's `__all__`, where it has one."""
    path, _, function = name.rpartition(":")
    door = (SOURCE / path).parent / "__init__.py"
    offered = door.read_text(encoding="utf-8").partition("__all__")[2]
    return path.endswith("actions.py") or not offered or f'"{function}"' in offered


def test_a_verb_takes_one_argument_by_place_at_most() -> None:
    many = [
        name
        for name, function in public_functions(of_kind("actions"))
        if len(function.args.posonlyargs + function.args.args) > 1 and is_offered(name)
    ]

    assert many == []
