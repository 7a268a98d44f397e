"""DMN models in and out: chains of tables, defaults, what is refused, round trips."""

from __future__ import annotations

from pathlib import Path

import pytest

from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision, Status
from evenhand.policy.exchange.dmn import read_dmn
from evenhand.policy.exchange.dmn_write import write_dmn
from evenhand.policy.exchange.imported import ImportedPage, ImportFault
from evenhand.policy.kinds import Kind
from evenhand.policy.loading import load
from evenhand.policy.program import Page
from tests.policy.writing import a_page, facts, rules

SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
POLICIES = Path(__file__).resolve().parents[2] / "policies"
SHIPPED = sorted(path.stem for path in POLICIES.glob("*.md"))


def a_model(*parts: str, space: str = SPACE) -> str:
    return f'<definitions xmlns="{space}" name="shop">{"".join(parts)}</definitions>'


def an_input(name: str, kind: str = "number") -> str:
    return (
        f'<inputData name="{name}" id="i_{name}">'
        f'<variable name="{name}" typeRef="{kind}"/></inputData>'
    )


def needing(*hrefs: str) -> str:
    return "".join(
        "<informationRequirement>"
        f"<{'requiredInput' if href.startswith('i_') else 'requiredDecision'}"
        f' href="#{href}"/></informationRequirement>'
        for href in hrefs
    )


def text(tag: str, inside: str) -> str:
    safe = inside.replace("&", "&amp;").replace("<", "&lt;")
    return f"<{tag}><text>{safe}</text></{tag}>"


def a_table(
    name: str, tested: str, *rows: tuple[str, str], hit: str = "", extra: str = ""
) -> str:
    rules = "".join(
        f"<rule>{text('inputEntry', test)}{text('outputEntry', result)}</rule>"
        for test, result in rows
    )
    return (
        f"<decisionTable {hit}><input>{text('inputExpression', tested)}</input>"
        f'<output name="{name}">{extra}</output>{rules}</decisionTable>'
    )


def a_decision(name: str, logic: str, *needs: str, kind: str = "") -> str:
    return (
        f'<decision name="{name}" id="d_{name}">'
        f'<variable name="{name}" typeRef="{kind}"/>{needing(*needs)}{logic}</decision>'
    )


def imported(*parts: str) -> ImportedPage:
    found = read_dmn(a_model(*parts))
    assert found.left_out == ()
    return found.pages[0]


def outcome(page: ImportedPage, **facts: object) -> object:
    return dict(decide(page.page, facts).outcome)


def test_decisions_come_in_the_order_in_which_they_need_each_other() -> None:
    fee = a_table("fee", "size", ('"large"', "9"), ('"small"', "2"))
    size = a_table("size", "weight", (">= 10", '"large"'), ("< 10", '"small"'))
    page = imported(
        a_decision("fee", fee, "d_size", kind="number"),
        a_decision("size", size, "i_weight", kind="string"),
        an_input("weight"),
    )

    assert [table.name for table in page.page.policy.tables] == [
        "size_rules",
        "fee_rules",
    ]
    assert outcome(page, weight=10) == {"size": "large", "fee": 9}
    assert outcome(page, weight=9) == {"size": "small", "fee": 2}


def test_every_answer_of_a_model_becomes_a_page_of_its_own() -> None:
    found = read_dmn(
        a_model(
            an_input("a"),
            an_input("b"),
            a_decision("x", a_table("x", "a", (">1", "1")), "i_a", kind="number"),
            a_decision("y", a_table("y", "b", (">1", "1")), "i_b", kind="number"),
        )
    )

    facts = [[f.name for f in page.page.policy.facts] for page in found.pages]

    assert facts == [["a"], ["b"]]


def test_what_a_model_gives_where_no_rule_matches_is_a_table_of_its_own() -> None:
    default = text("defaultOutputEntry", "0")
    table = a_table("fee", "weight", (">= 10", "9"), extra=default)
    page = imported(
        an_input("weight"), a_decision("fee", table, "i_weight", kind="number")
    )

    assert outcome(page, weight=10) == {"fee": 9}
    assert outcome(page, weight=9) == {"fee": 0}


def test_a_knowledge_model_is_written_out_where_it_is_used() -> None:
    body = text("literalExpression", "net * 1.2")
    knowledge = (
        '<businessKnowledgeModel name="gross"><encapsulatedLogic>'
        f'<formalParameter name="net" typeRef="number"/>{body}'
        "</encapsulatedLogic></businessKnowledgeModel>"
    )
    logic = text("literalExpression", "gross(price) + 1")
    page = imported(
        knowledge,
        an_input("price"),
        a_decision("total", logic, "i_price", kind="number"),
    )

    assert outcome(page, price=10) == {"total": 13}


def test_two_inequalities_joined_by_a_comma_keep_their_meaning() -> None:
    table = a_table("days", "age", ("<18, >=60", "5"), hit='hitPolicy="FIRST"')
    page = imported(an_input("age"), a_decision("days", table, "i_age", kind="number"))

    assert [outcome(page, age=age) for age in (17, 18, 59, 60)] == [
        {"days": 5},
        {},
        {},
        {"days": 5},
    ]
    assert page.changed[0].what == "<18, >=60"


def test_a_decision_that_cannot_come_over_is_listed_and_becomes_a_fact() -> None:
    power = text("literalExpression", "2 ** weight")
    table = a_table("fee", "growth", (">= 10", "9"))
    page = read_dmn(
        a_model(
            an_input("weight"),
            a_decision("growth", power, "i_weight", kind="number"),
            a_decision("fee", table, "d_growth", kind="number"),
        )
    ).pages[0]

    assert [(one.what, one.why) for one in page.left_out] == [
        ("the decision growth", "powers are not in the language")
    ]
    assert [fact.name for fact in page.page.policy.facts] == ["growth"]
    assert outcome(page, growth=10) == {"fee": 9}


def test_decisions_that_need_each_other_in_a_circle_are_read_once() -> None:
    table = a_table("x", "y", (">1", "1"))
    page = read_dmn(
        a_model(
            a_decision("x", table, "d_y", kind="number"),
            a_decision("y", a_table("y", "x", (">1", "1")), "d_x", kind="number"),
        )
    ).pages[0]

    assert [fact.name for fact in page.page.policy.facts] == ["y"]
    assert [one.where for one in page.changed] == ["y"]


@pytest.mark.parametrize(
    "space",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_models_of_every_version_are_read(space: str) -> None:
    table = a_table("fee", "weight", (">= 10", "9"))
    model = a_model(
        an_input("weight"),
        a_decision("fee", table, "i_weight", kind="number"),
        space=space,
    )

    page = read_dmn(model).pages[0]

    assert outcome(page, weight=10) == {"fee": 9}


LAUGHS = "".join(
    f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9)
)  # the billion laughs


@pytest.mark.parametrize(
    ("hostile", "why"),
    [
        (f'<!DOCTYPE d [<!ENTITY l0 "x">{LAUGHS}]><d>&l9;</d>', "declares entities"),
        (
            '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]><d>&f;</d>',
            "declares entities",
        ),
        ('<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd"><d/>', "declares entities"),
        ("<a>" * 5_000, "nested more than"),
        (a_model("<x>" * 200 + "</x>" * 200), "nested more than"),
        (a_model("<x/>" * 310_000), "more than 300000 elements"),
        ("x" * 8_000_001, "8000000 are allowed"),
        ("<a><b></a>", "is not XML"),
        ("", "is not XML"),
        ("<definitions/>", "no DMN model"),
        ('<definitions xmlns="urn:other"/>', "no DMN model"),
        ("<definitions xmlns='\x00'/>", "is not XML"),
    ],
)
def test_hostile_and_foreign_files_are_refused(hostile: str, why: str) -> None:
    with pytest.raises(ImportFault, match=why):
        read_dmn(hostile)


# Out, and back in


def _page(name: str) -> Page:
    return load((POLICIES / f"{name}.md").read_text("utf-8"))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_page_decides_its_examples_alike_after_export_and_import(
    name: str,
) -> None:
    page = _page(name)
    xml, _left = write_dmn(page)
    known = [
        (example.given, found)
        for example in page.policy.examples
        if (found := decide(page, example.given)).status is Status.HIT
    ]

    differing = [
        (table.name, dict(given))
        for table in page.policy.tables
        for back in read_dmn(xml, decision=f"{table.name}_table").pages
        for given, found in known
        if _matched(_again(back, given, found), f"{table.name}_table")
        != _matched(found, table.name)
    ]

    assert known
    assert differing == []


def _again(back: ImportedPage, given: object, found: Decision) -> Decision:
    """Decide by the imported page; what DMN could not reckon is given to it."""
    computed = {one.name: one.result for one in found.steps if one.of == "derived"}
    facts = {**computed, **dict(given)}  # type: ignore[call-overload]  # a mapping of facts
    declared = back.page.declared
    return decide(back.page, {k: v for k, v in facts.items() if k in declared})


def _matched(found: Decision, table: str) -> tuple[str, ...]:
    return next(
        one.matched for one in found.trace if one.table in (table, f"{table}_rules")
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_every_table_of_a_shipped_page_comes_back_under_its_own_rows(name: str) -> None:
    page = _page(name)
    xml, _left = write_dmn(page)

    rows = {
        table.name: [
            [row.id for row in back.page.policy.tables[-1].rows]
            for back in read_dmn(xml, decision=f"{table.name}_table").pages
        ]
        for table in page.policy.tables
    }

    assert rows == {t.name: [[row.id for row in t.rows]] for t in page.policy.tables}


def test_the_reason_of_a_row_comes_back_as_its_reason() -> None:
    page = _page("returns")
    xml, _left = write_dmn(page)

    [back] = read_dmn(xml, decision="entitlement_table").pages

    reasons = [row.because for row in back.page.policy.tables[-1].rows]
    assert reasons == [row.because for row in page.policy.tables[0].rows]
    assert any(reasons)


def test_an_export_lists_what_dmn_has_no_place_for() -> None:
    page = _page("eu-distance")

    _xml, left = write_dmn(page)

    assert {one.where for one in left} == {
        "Derived",
        "Never",
        "Always",
        "Examples",
        "Facts",
    }


def test_money_keeps_its_currency_and_its_way_of_rounding() -> None:
    text_of_page = (
        '+++\npolicy = "p"\nversion = "1"\n[money]\ncurrency = "EUR"\n'
        'rounding = "down"\n+++\n# P\n\n## Facts\n\n| fact | type |\n|---|---|\n'
        "| price | money |\n\n## Table: t (first)\n\n| id | price | amount |\n"
        "|---|---|---|\n| a | > 20.00 | price / 3 |\n| b | | 0 |\n"
    )
    page = load(text_of_page)

    xml, left = write_dmn(page)
    back = read_dmn(xml).pages[0]

    assert left == ()
    assert back.page.policy.head.currency == "EUR"
    assert back.page.policy.head.rounding == "down"
    assert back.page.policy.facts[0].kind is Kind.MONEY
    for price in (2000, 2001, 2002):
        assert outcome(back, price=price) == dict(
            decide(page, {"price": price}).outcome
        )


def test_a_model_of_too_many_decisions_or_cells_is_refused_before_it_is_read() -> None:
    table = a_table("x", "a", *[(f">{n}", "1") for n in range(500)])
    base = a_decision("x", table, "i_a", kind="number")
    top = a_table("y", "x", (">1", "1"))
    many = [a_decision(f"d{n}", top, "d_x") for n in range(150)]

    with pytest.raises(ImportFault, match="more than 40000 cells"):
        read_dmn(a_model(an_input("a"), base, *many))
    with pytest.raises(ImportFault, match="200 decisions"):
        read_dmn(a_model(*(a_decision(f"d{n}", "") for n in range(201))))


@pytest.mark.parametrize(
    ("amount", "feel"),
    [
        ("calls * dime", "(calls * 0.10)"),
        ("calls * dime + price", "((calls * 0.10) + price)"),
        ("max(calls * dime, price)", "max((calls * 0.10), price)"),
        ("price > calls * dime ? 1 : 2", "(if (price &gt; (calls * 0.10)) then"),
        ("calls > 2 ? calls * dime : price", "then (calls * 0.10) else price)"),
    ],
)
def test_a_number_of_times_an_amount_that_has_a_name_keeps_its_size(
    amount: str, feel: str
) -> None:
    page = a_page(
        facts("calls | whole number | 0..9", "price | money | 0.."),
        "## Values\n| name | type | value |\n|---|---|---|\n| dime | money | 0.10 |",
        rules("id | when | amount", f"a | | {amount}"),
    )

    xml, _left = write_dmn(page)

    assert feel in xml
