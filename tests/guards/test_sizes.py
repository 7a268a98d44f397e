"""Files and functions stay small enough to be read in one go."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
LONGEST_FUNCTION = 50
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "services.py", "common"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and "node_modules" not in path.parts
    )


def functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: Function) -> int:
    """Lines of code: without the docstring, whose length is the reader's gain."""
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    doc = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - doc


@pytest.mark.parametrize("folder", ["src", "tests", "bench"])
def test_no_file_is_longer_than_one_sitting(folder: str) -> None:
    endings = {".py", ".html", ".ts", ".css"}
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / folder).rglob("*")
        if path.suffix in endings
        and "migrations" not in path.parts
        and "dist" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }

    assert too_long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = {
        f"{path.relative_to(ROOT)}:{function.name}": length(function)
        for path in python_files("src", "tests", "bench")
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
        if length(function) > LONGEST_FUNCTION
    }

    assert too_long == {}


def test_nothing_hides_behind_a_name_that_says_nothing() -> None:
    hiding = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src").rglob("*")
        if path.name in FORBIDDEN_NAMES and "dist" not in path.parts
    ]

    assert hiding == []


def test_every_public_action_rule_and_query_says_what_it_does() -> None:
    rooms = {"actions", "rules", "queries"}
    silent = []
    for path in python_files("src"):
        if not rooms & {path.stem, *(part for part in path.parts[-2:-1])}:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        silent += [
            f"{path.relative_to(ROOT)}:{node.name}"
            for node in tree.body
            if isinstance(node, Function)
            and not node.name.startswith("_")
            and ast.get_docstring(node) is None
        ]

    assert silent == []


def test_a_rule_is_waived_only_with_its_reason_beside_it() -> None:
    waived = re.compile(r"# (?:noqa: [A-Z0-9, ]*[0-9]|type: ignore\[[a-z, -]+\])(.*)")
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files("src")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := waived.search(line)) and not re.search(r"[-#] ?\w", found[1])
    ]

    assert bare == []
