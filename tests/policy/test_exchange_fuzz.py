"""Files of other systems, spoilt: read, or refused with a reason, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from evenhand.policy.exchange.dmn import read_dmn
from evenhand.policy.exchange.dmn_write import write_dmn
from evenhand.policy.exchange.forms import Unread
from evenhand.policy.exchange.imported import ImportFault
from evenhand.policy.exchange.reading import (
    Dialect,
    Spaced,
    read_cell,
    read_form,
    spaced,
)
from evenhand.policy.exchange.zen import read_zen
from evenhand.policy.loading import load
from tests.policy.making import pages
from tests.policy.test_dmn import a_decision, a_model, a_table, an_input
from tests.policy.test_zen_import import a_page, a_row
from tests.policy.test_zen_import import a_table as a_zen_table

POLICIES = Path(__file__).resolve().parents[2] / "policies"
BRIEF = settings(
    max_examples=80,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
FEW = settings(BRIEF, max_examples=12)
WORDS = """
a b.c $ ? # 1 1_0 .5 'x' "y" true null and or not in if then else ( ) [ ] .. , < >= ==
!= + - * / ** : ! date( some( contains( @ { } ' \\ ² 值
"""
PIECES = st.sampled_from([*WORDS.split(), "Monthly Salary", " "])
DIALECTS: st.SearchStrategy[Dialect] = st.sampled_from(["zen", "feel"])


@BRIEF
@given(st.lists(PIECES, max_size=24).map(" ".join) | st.text(max_size=60), DIALECTS)
def test_any_text_is_a_form_or_is_refused(text: str, dialect: Dialect) -> None:
    names = spaced(["Monthly Salary"])

    assert _read_or_refused(read_form, text, dialect, names)
    assert _read_or_refused(read_cell, text, dialect, names)


def _read_or_refused(
    read: Callable[[str, Dialect, Spaced], object],
    text: str,
    dialect: Dialect,
    names: Spaced,
) -> str:
    try:
        read(text, dialect, names)
    except Unread as refused:
        return str(refused)
    return "read"


@pytest.mark.parametrize("joined", [" + ", " or ", " and ", " * "])
def test_a_chain_without_end_is_refused(joined: str) -> None:
    with pytest.raises(Unread, match="more than 100 parts"):
        read_form(joined.join("a" for _ in range(400)), "zen")


@FEW
@given(st.lists(st.lists(PIECES, max_size=10).map(" ".join), min_size=1, max_size=6))
def test_a_zen_table_of_any_cells_becomes_a_page(cells: list[str]) -> None:
    page = a_page(*(a_row(cell, cell) for cell in cells))

    assert len(page.page.policy.tables[0].rows) == len(cells)


@FEW
@given(st.lists(st.lists(PIECES, max_size=10).map(" ".join), min_size=1, max_size=6))
def test_a_dmn_table_of_any_cells_becomes_a_page_or_is_listed(cells: list[str]) -> None:
    rows = [(_safe(cell), _safe(cell)) for cell in cells]
    model = a_model(
        an_input("a"),
        a_decision("fee", a_table("fee", "a", *rows), "i_a", kind="number"),
    )

    found = read_dmn(model)

    assert len(found.pages) == 1 or found.left_out


def _safe(text: str) -> str:
    return text.replace("&", "").replace(">", "&gt;")


SOUND = {
    "zen": json.dumps(
        {"nodes": [a_zen_table(a_row("> 5, < 9", "a * 2"), a_row("'x'", "'y'"))]}
    ),
    "dmn": write_dmn(load((POLICIES / "authority.md").read_text("utf-8")))[0],
}


@FEW
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_a_spoilt_file_is_read_or_refused(form: str, data: st.DataObject) -> None:
    text = SOUND[form]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 40))
        piece = data.draw(st.text(max_size=6) | st.just(text[at : at + 60]))
        text = text[:at] + piece + text[at + length :]

    assert _imported_or_refused(form, text)


def _imported_or_refused(form: str, text: str) -> str:
    try:
        found = read_zen(text) if form == "zen" else read_dmn(text)
    except ImportFault as refused:
        return str(refused)
    return "read" if found.pages or found.left_out else ""


@FEW
@given(pages())
def test_every_page_can_be_written_as_dmn_and_read_again(text: str) -> None:
    page = load(text)

    xml, _left = write_dmn(page)
    found = read_dmn(xml)

    assert found.pages or found.left_out
