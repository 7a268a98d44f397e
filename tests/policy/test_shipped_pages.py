"""The pages that come with Evenhand: they load, so their examples hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evenhand.coach.rules.check import check as reply_faults
from evenhand.coach.rules.context import Context
from evenhand.policy.deciding import decide
from evenhand.policy.decision import Decision, Status
from evenhand.policy.loading import load
from evenhand.policy.program import Page
from evenhand.policy.proof import check
from tests.policy.shipped import NAMES, page_of, text_of

FOLDER = Path(__file__).resolve().parents[2] / "policies"
SHOP = ("returns", "warranty", "service")
DRESS: dict[str, object] = {
    "sold_here": True,
    "country": "EU",
    "currency": "EUR",
    "bought": "distance",
    "reason": "changed_mind",
    "delivered_on": "2026-06-01",
    "notice_on": "2026-06-10",
    "informed": True,
    "exempt": "none",
    "handling": "beyond_trying",
    "loss_shown": True,
    "loss": 5160,
    "price": 12900,
    "delivery_paid": 495,
    "standard_delivery": 495,
}


@pytest.fixture(scope="module")
def shop() -> dict[str, Page]:
    return {name: load((FOLDER / f"{name}.md").read_text("utf-8")) for name in SHOP}


@pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("*.md")), ids=lambda path: path.stem
)
def test_every_shipped_page_loads_with_its_examples(path: Path) -> None:
    page = load(path.read_text("utf-8"))

    assert page.policy.head.policy == path.stem
    assert len(page.policy.examples) >= 8
    assert page.policy.nevers


@pytest.mark.parametrize(
    ("currency", "goodwill", "says"),
    [("EUR", 2000, "€102.35"), ("CNY", 5160, "¥133.95"), ("JPY", 3000, "¥11,235")],
)
def test_a_written_amount_is_in_the_currency_of_the_case(
    shop: dict[str, Page], currency: str, goodwill: int, says: str
) -> None:
    decision = decide(shop["returns"], {**DRESS, "currency": currency})

    offers: Any = decision.outcome["offers"]
    eased = offers[0]
    assert (eased["id"], eased["offer"]) == ("smaller-deduction", "refund")
    assert eased["goodwill"] == goodwill
    assert says in eased["say"]["en"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_that_it_is_not_legal_advice_and_names_its_sources(
    name: str,
) -> None:
    head = page_of(name).policy.head

    assert "This page is not legal advice" in text_of(name)
    assert len(head.source) >= 3
    assert head.jurisdiction
    assert head.judged_on
    assert (head.reviewed_by, head.reviewed_on) == ("", None)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_invariants_and_entitlements(name: str) -> None:
    policy = page_of(name).policy

    assert policy.nevers
    assert policy.always


@pytest.mark.parametrize("name", NAMES)
def test_what_may_be_chosen_is_said_in_every_language_that_asks(name: str) -> None:
    policy = page_of(name).policy
    parts = [one for fact in policy.facts for one in (fact, *fact.fields)]
    # codes of countries and currencies are written alike everywhere
    words = {word for one in parts for word in one.domain.words if word.islower()}

    unsaid = {
        language: words - policy.head.words.get(language, {}).keys()
        for language in {code for one in parts for code in one.asks} - {"", "en"}
    }

    assert not any(unsaid.values()), unsaid


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found_against_a_shipped_page(name: str) -> None:
    # a busy machine may take its time
    report = check(page_of(name), seconds=200)

    assert [(one.kind, one.what) for one in report.findings] == []
    assert len(report.proved) >= len(page_of(name).policy.nevers)


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_of_a_shipped_page_has_a_question(name: str) -> None:
    facts = page_of(name).policy.facts

    assert [fact.name for fact in facts if not fact.asks.get("")] == []


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("china", ("zh",)),
        ("thailand", ("th",)),
        ("goodwill", ("zh", "ja", "th")),
        ("hospitality", ("zh", "ja", "th")),
        ("returns", ("zh", "ja", "th")),
        ("warranty", ("zh", "ja", "th")),
        ("service", ("zh", "ja", "th")),
        ("consulting", ("zh", "ja", "th")),
    ],
)
def test_a_page_speaks_the_language_of_those_whom_it_concerns(
    name: str, languages: tuple[str, ...]
) -> None:
    policy = page_of(name).policy
    rows = policy.tables[0].rows

    for language in languages:
        asked = [fact.name for fact in policy.facts if language in fact.asks]
        assert len(asked) >= len(policy.facts) / 3, language
        assert sum(language in row.says for row in rows) >= len(rows) / 2, language
        assert policy.head.titles[language], language


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_the_same_words_in_each_of_its_languages(name: str) -> None:
    words = page_of(name).policy.head.words

    assert len({frozenset(said) for said in words.values()}) <= 1


@pytest.mark.parametrize("name", SHOP)
def test_every_row_of_a_shop_page_gives_a_reason_and_a_sentence(
    name: str, shop: dict[str, Page]
) -> None:
    entitlement, offers = shop[name].policy.tables[:2]

    for row in (*entitlement.rows, *offers.rows):
        assert row.because, row.id
        assert row.says["en"], row.id
    spoken = Counter(lang for row in entitlement.rows for lang in row.says)
    for language in ("zh", "ja", "th"):
        assert spoken[language] >= len(entitlement.rows) / 2, language


def test_no_say_names_what_a_customer_must_not_read() -> None:
    words = ("abuse", "fraud", "your fault", "calm down", "policy says")

    for name in NAMES:
        for table in page_of(name).policy.tables:
            for row in table.rows:
                for text in row.says.values():
                    assert not [word for word in words if word in text.casefold()]


def test_the_dress_keeps_the_right_and_pays_for_the_marks(
    shop: dict[str, Page],
) -> None:
    decision = decide(shop["returns"], DRESS)

    outcome: Any = decision.outcome
    assert decision.rule == "eu-withdrawal-loss"
    assert (outcome["verdict"], outcome["basis"]) == ("partly_upheld", "law")
    assert outcome["amount"] == 12900 + 495 - 5160 == 8235
    assert outcome["by"].isoformat() == "2026-06-24"
    smaller, back = outcome["offers"]
    assert (smaller["amount"], smaller["goodwill"], smaller["grant"]) == (
        8235 + 2000,
        2000,
        "agent",
    )
    assert back["offer"] == "send_back"
    assert decision.say["en"].startswith("Your withdrawal is accepted.")
    assert "€51.60" in decision.say["en"]
    assert "€82.35" in decision.say["en"]


def test_the_loss_is_asked_for_only_while_it_can_count(shop: dict[str, Page]) -> None:
    page = shop["returns"]

    assert asked(decide(page, {**DRESS, "loss": None})) == ["loss"]
    assert decide(page, {**DRESS, "loss": None, "informed": False}).status is Status.HIT
    assert (
        decide(page, {**DRESS, "loss": None, "handling": "tried"}).rule
        == "eu-withdrawal"
    )


def asked(decision: Decision) -> list[str]:
    return [question.fact for question in decision.needs]


PHONE: dict[str, object] = {
    "sold_here": True,
    "country": "CN",
    "currency": "CNY",
    "product": "phone",
    "delivered_on": "2026-04-10",
    "reported_on": "2026-07-15",
    "repaired_on": "2026-07-06",
    "failed_repairs": 1,
    "repair_possible": True,
    "safety": False,
    "price": 109900,
}


def test_the_phone_is_decided_fault_by_fault(shop: dict[str, Page]) -> None:
    port = {
        **PHONE,
        "appeared_on": "2026-07-06",
        "fault": "other",
        "cause": "user_damage",
        "cause_shown": True,
        "labour": 10000,
        "parts": 5000,
    }
    screen = {
        **PHONE,
        "appeared_on": "2026-07-08",
        "fault": "listed",
        "cause": "our_repair",
        "cause_shown": True,
    }

    first, second = decide(shop["warranty"], port), decide(shop["warranty"], screen)

    offers: Any = first.outcome["offers"]
    assert (first.rule, first.outcome["verdict"]) == ("W-03", "not_upheld")
    assert [(row["id"], row["charge"], row.get("goodwill")) for row in offers] == [
        ("A", 5000, 10000),
        ("B", 0, None),
    ]
    assert {row["grant"] for row in offers} == {"agent"}
    assert (second.rule, second.outcome["verdict"]) == ("cn-after-repair", "upheld")
    assert (second.outcome["basis"], second.outcome["charge"]) == ("law", 0)
    assert second.say["zh"].startswith("故障在我们维修后30天内出现")


def test_the_engagement_keeps_its_scope_and_admits_its_own_fault(
    shop: dict[str, Page],
) -> None:
    page = shop["service"]
    base: dict[str, object] = {"abusive": False, "currency": "EUR", "country": "UK"}

    extra = decide(
        page,
        {
            **base,
            "request": "extra_work",
            "in_scope": False,
            "extra_days": 1.5,
            "day_rate": 96000,
        },
    )
    short = decide(
        page, {**base, "request": "own_shortfall", "shortfall_confirmed": True}
    )
    hold = decide(page, {**base, "request": "hold_invoice", "delivered": True})
    leave = decide(
        page,
        {
            **base,
            "request": "cancel",
            "our_breach": False,
            "client": "business",
            "stage": 2,
            "fee": 1200000,
            "paid": 660000,
        },
    )

    offers: Any = extra.outcome["offers"]
    assert [
        extra.outcome["verdict"],
        short.outcome["verdict"],
        hold.outcome["verdict"],
    ] == [
        "not_upheld",
        "upheld",
        "not_upheld",
    ]
    assert [(row["offer"], row.get("charge")) for row in offers] == [
        ("change_order", 144000),
        ("swap", 0),
        ("later_phase", None),
    ]
    assert leave.outcome["charge"] == 270000


def test_an_empty_sheet_is_answered_with_questions(shop: dict[str, Page]) -> None:
    firsts = {name: asked(decide(page, {}))[0] for name, page in shop.items()}

    assert firsts == {
        "returns": "sold_here",
        "warranty": "sold_here",
        "service": "request",
    }


def test_the_reference_names_every_shipped_page() -> None:
    path = FOLDER.parent / "docs" / "reference" / "shipped-pages.md"
    lines = path.read_text("utf-8").splitlines()

    headed = {line[3:] for line in lines if line.startswith("## ")}

    assert headed == {*NAMES, "How they are held"}


# These weigh a whole answer; a page gives single sentences of it. What is conceded
# stands on rows that uphold, which the rule is told of in a real answer.
OF_WHOLE_ANSWERS = {
    "no-acknowledgement",
    "no-next-step",
    "no-specifics",
    "missing-recourse",
    "refusal-without-alternative",
    "promise-without-date",
    "policy-only",
    "over-concession",
}


@pytest.mark.parametrize("name", NAMES)
def test_no_sentence_of_a_page_breaks_the_desks_own_reply_rules(name: str) -> None:
    page = page_of(name)
    said = {
        (language, text)
        for example in page.policy.examples
        for language, text in sentences(decide(page, example.given))
    }

    found = {
        (fault.rule, text[slice(*fault.span)])
        for language, text in said
        for fault in reply_faults(text, a_question(language))
        if fault.rule not in OF_WHOLE_ANSWERS
    }

    assert len(said) > 10
    assert found == set()


def a_question(language: str) -> Context:
    return Context(language=language, today=date(2026, 7, 15), kind="question")


def sentences(decision: Decision) -> Iterator[tuple[str, str]]:
    """What a decision says, by language: its own sentence and those of its lists."""
    yield from decision.say.items()
    for rows in decision.outcome.values():
        if isinstance(rows, list):
            for row in rows:
                yield from row.get("say", {}).items()
