"""Every form of an expression that the reference shows is read as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evenhand.policy.errors import Misread
from evenhand.policy.expressions import read_expression
from evenhand.policy.printing.expressions import expression_text
from evenhand.policy.scope import Scope
from tests.policy.writing import HEAD, a_page, a_table, facts, rules

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs/reference/policy-page.md").read_text("utf-8")
SECTION = REFERENCE.split("## Expressions")[1].split("## Tables")[0]
PAGE = a_page(
    facts(
        "price | money |",
        "days | whole number | 1..",
        "later | date |",
        "earlier | date |",
        "test | yes/no |",
        "marks | list of text |",
        "fees | list of money |",
        "lines | list |",
        "lines.price | money |",
        "lines.category | one of | shoes, hygiene",
        "lines.count | whole number |",
        "lines.worn | yes/no |",
    ),
    a_table(
        "Values",
        "| name | type | value |",
        "| holidays | list of date | 2026-04-03 |",
    ),
    rules("id | give", "a | deny"),
    head=HEAD,
)
# Letters of the reference that stand for something of the kind its row is about.
_STANDS_FOR = {
    r"\bdate\b(?!\()": "later",
    r"\bx in marks": '"torn" in marks',
    r"\bx in lines": '"shoes" in lines',
    r"in list\b": "in marks",
    r"^test \? a : b": "test ? price : 5",
    r"min\(a, b, …\)": "min(price, 5)",
    r"max\(a, b, …\)": "max(price, 5)",
    r"list\.map\(x, test, value\)": "lines.map(l, l.worn, l.price).sum()",
    r"list\.filter\(x, test\)\.map\(x, value\)": (
        "lines.filter(l, l.worn).map(l, l.price).sum()"
    ),
}


_SIGNS = ('\\"', "\\\\", "( )")


def shown(title: str) -> list[str]:
    """The forms in the first column of a table, as a page would write them."""
    part = SECTION.split(title)[1].split("\n### ")[0]
    rows = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
    forms = [form for row in rows for form in re.findall(r"`([^`]+)`", row)]
    return [_meant(form) for form in forms]


def _meant(form: str) -> str:
    for pattern, meant in _STANDS_FOR.items():
        form = re.sub(pattern, meant.replace("\\", r"\\"), form)
    return form


def read(form: str) -> str:
    scope = Scope("EUR")
    for fact in PAGE.policy.facts:
        scope.declare(fact)
    for value in PAGE.policy.values:
        scope.declare(value)
    return str(read_expression(form, None, scope).kind)


@pytest.mark.parametrize("form", [f for f in shown("### Lists") if "(" in f])
def test_a_form_of_lists_is_read(form: str) -> None:
    whole = form if not form.startswith(".") else f"fees{form}"

    assert read(whole)
    assert expression_text(expression_text(whole)) == expression_text(whole)


@pytest.mark.parametrize(
    "form",
    [
        form
        for form in shown("subset of [CEL]")
        if form not in _SIGNS
        and ("(" in form[1:] or form[0] in "\"'0123456789" or form in ("yes", "no"))
    ],
)
def test_a_form_of_values_and_functions_is_read(form: str) -> None:
    assert read(form)


def test_what_the_reference_refuses_is_refused() -> None:
    refused = {
        "price * price": "money times money has no meaning",
        "price / price / 0": "this could divide by nothing",
        '"a" + "b"': "text functions are not in the language",
        '"a" < "b"': "text has no larger and smaller",
        "test < test": "yes/no has no larger and smaller",
        "1 < 2 < 3": "“<” is not expected here",
        "{1: 2}": "maps are not in the language",
        "marks[0]": "no element is picked by its place",
        "[1, 2]": "a list is no value",
        "days % 2": "remainders are not in the language",
        "1e3": "1e3 is no number",
        "0x10": "0x10 is no number",
        "has(price)": "has(): an expression does not ask whether something is known",
        "null": "null is no value",
    }

    for form, what in refused.items():
        with pytest.raises(Misread) as raised:
            read(form)
        assert raised.value.what == what
