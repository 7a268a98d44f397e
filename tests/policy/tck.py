"""The cases of the DMN TCK, read from their files and run through the import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from defusedxml import (  # type: ignore[import-untyped]  # ships no types
    ElementTree,
)

from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision
from evenhand.policy.exchange.dmn import read_dmn
from evenhand.policy.exchange.imported import ImportedPage, LeftOut

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "policy"
_TEST = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NUMBERS = ("decimal", "double", "integer", "int")
_NEAR = 1e-8  # FEEL reckons with 34 digits, results in the files have fewer


@dataclass(frozen=True, slots=True)
class TckCase:
    """One result that a model must give; `given` maps paths to values."""

    model: str
    source: str
    decision: str
    given: Mapping[str, object]
    expected: object


def needs(*parts: str) -> Path:
    """Return a path of the outside data, or skip the test where there is none."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the outside data is not there: {path}")
    return path


def cases(level: str) -> Iterator[TckCase]:
    """Give every expected result of a level of the TCK."""
    for file in sorted(needs("dmn-tck", level).glob("*/*test*.xml")):
        root = ElementTree.fromstring(file.read_bytes())
        model = root.find(f"{_TEST}modelName").text
        source = (file.parent / model).read_text("utf-8")
        for case in root.findall(f"{_TEST}testCase"):
            given: dict[str, object] = {}
            for one in case.findall(f"{_TEST}inputNode"):
                _flatten(one.get("name"), _value(one), given)
            for one in case.findall(f"{_TEST}resultNode"):
                expected = _value(one.find(f"{_TEST}expected"))
                name = one.get("name")
                yield TckCase(file.parent.name, source, name, given, expected)


def _value(node: Any) -> object:
    found = node.find(f"{_TEST}value")
    if found is not None:
        return _simple(found)
    listed = node.find(f"{_TEST}list")
    if listed is not None:
        return [_value(item) for item in listed.findall(f"{_TEST}item")]
    inside = node.findall(f"{_TEST}component")
    return {one.get("name"): _value(one) for one in inside} or None


def _simple(found: Any) -> object:
    if found.get(_NIL) == "true":
        return None
    kind = (found.get(_TYPE) or "").rpartition(":")[2]
    text = found.text or ""
    if kind in _NUMBERS:
        return Decimal(text)
    return text == "true" if kind == "boolean" else text


def _flatten(name: str, value: object, into: dict[str, object]) -> None:
    if isinstance(value, dict):
        for field, inside in value.items():
            _flatten(f"{name}.{field}", inside, into)
    else:
        into[name] = value


@cache
def imported(source: str, decision: str) -> ImportedPage | tuple[LeftOut, ...]:
    """Import one decision of a model: its page, or everything that stands against."""
    found = read_dmn(source, decision=decision)
    return found.pages[0] if found.pages else found.left_out


def answered(page: ImportedPage, case: TckCase) -> object:
    """Decide a case by its page, and put the answer as the TCK puts it."""
    names = {path: name for name, path in page.names.items()}
    facts = {names[path]: value for path, value in case.given.items() if path in names}
    return _told(page, case.decision, names, decide(page.page, facts))


def _told(
    page: ImportedPage, decision: str, names: Mapping[str, str], found: Decision
) -> object:
    rows = found.outcome.get(names.get(f"table {decision}", ""))
    if isinstance(rows, list | tuple):
        return [_row(page, row) for row in rows]
    if decision in names:
        return found.outcome.get(names[decision])
    prefix = f"{decision}."
    fields = {path: name for path, name in names.items() if path.startswith(prefix)}
    return {p.removeprefix(prefix): found.outcome.get(n) for p, n in fields.items()}


def _row(page: ImportedPage, row: Mapping[str, object]) -> object:
    """A list of rows of one column is a list of its values."""
    table = page.page.policy.tables[-1]
    fields = {
        page.names[one.name].rpartition(".")[2]: row.get(one.name)
        for one in table.outcomes
    }
    return next(iter(fields.values())) if len(fields) == 1 else fields


def agree(found: object, expected: object) -> bool:
    """Tell whether an answer is the expected one; lists of rows in their order."""
    if isinstance(expected, Decimal) and isinstance(found, int | float | Decimal):
        return abs(float(found) - float(expected)) <= _NEAR * max(
            1.0, abs(float(expected))
        )
    if isinstance(expected, list) and isinstance(found, list):
        pairs = zip(found, expected, strict=False)
        return len(found) == len(expected) and all(agree(a, b) for a, b in pairs)
    if isinstance(expected, dict) and isinstance(found, dict):
        same = found.keys() == expected.keys()
        return same and all(agree(found[key], expected[key]) for key in expected)
    return (found.isoformat() if isinstance(found, date) else found) == expected
