"""The words of a page as people of another language read them."""

from __future__ import annotations

import pytest

from evenhand.policy import decide
from evenhand.policy.counterfactual import nearest, wanting
from evenhand.policy.errors import Fault
from evenhand.policy.exchange.dmn_write import write_dmn
from evenhand.policy.exchange.imported import LeftOut
from evenhand.policy.loading import read
from evenhand.policy.printing import formatted, print_page
from evenhand.policy.telling import Explanation, told, told_way
from tests.policy.writing import a_page, a_text, facts, faults_of, rules

HEAD = """+++
policy = "small"
version = "1"

[words.zh]
changed_mind = "改变主意"
"sea green" = "海绿"
refund = "退款"

[words.zh-hant]
changed_mind = "改變主意"
+++
"""
SECTIONS = (
    facts(
        'reason | one of | changed_mind, defect, "sea green"', "days | whole number |"
    ),
    rules(
        "id | when | give",
        'a | reason not(changed_mind, "sea green"); days <= 9 | refund',
        "b | | deny",
    ),
)
PAGE = a_page(*SECTIONS, head=HEAD)
LATE = {"reason": "changed_mind", "days": 1}


def told_in(language: str) -> Explanation:
    return told(decide(PAGE, LATE), PAGE, language)


@pytest.mark.parametrize(
    ("language", "value", "test"),
    [
        ("zh-hans", "改变主意", "not(改变主意, 海绿)"),
        ("zh-hant", "改變主意", 'not(改變主意, "sea green")'),
        ("ja", "changed mind", 'not(changed mind, "sea green")'),
    ],
)
def test_values_and_cells_are_told_in_the_words_of_the_language(
    language: str, value: str, test: str
) -> None:
    line = told_in(language).rows[0].text

    assert value in line
    assert test in line


def test_a_way_and_what_it_leads_to_are_told_in_them_too() -> None:
    (way,) = nearest(PAGE, LATE, wanted=wanting(give="refund"), most=1)

    said = told_way(way, PAGE, "zh")

    assert "改变主意" in said
    assert "退款" in said


def test_a_question_brings_the_words_of_its_choices() -> None:
    (question,) = decide(PAGE, {"days": 3}).needs

    assert question.words == {
        "zh": {"changed_mind": "改变主意", "sea green": "海绿"},
        "zh-hant": {"changed_mind": "改變主意"},
    }


def test_words_survive_the_printing_and_a_formatted_page_stays_as_it_is() -> None:
    tidy = formatted(a_text(*SECTIONS, head=HEAD))

    assert formatted(tidy) == tidy
    assert read(print_page(PAGE)).policy.head == PAGE.policy.head


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            'changed_mynd = "改变主意"',
            Fault(
                6,
                1,
                "changed_mynd is no word of the page",
                "did you mean changed_mind?",
            ),
        ),
        (
            "changed_mind = 3",
            Fault(
                6,
                1,
                "changed_mind is not said as a text",
                'write a word = "…" under [words.zh]',
            ),
        ),
        (
            '"sea green" = ""',
            Fault(
                6,
                1,
                "sea green is not said as a text",
                'write a word = "…" under [words.zh]',
            ),
        ),
    ],
)
def test_what_nobody_would_read_is_refused_with_its_place(
    line: str, fault: Fault
) -> None:
    head = f'+++\npolicy = "small"\nversion = "1"\n\n[words.zh]\n{line}\n+++\n'

    assert faults_of(a_text(*SECTIONS, head=head)) == (fault,)


@pytest.mark.parametrize(
    "words", ['words = "zh"', "[words]\nzh = 3", '[words."a b"]\nrefund = "x"']
)
def test_words_that_are_no_section_are_refused(words: str) -> None:
    head = f'+++\npolicy = "small"\nversion = "1"\n{words}\n+++\n'

    (fault,) = faults_of(a_text(*SECTIONS, head=head))

    assert fault.instead == 'write a word = "…" under [words.zh]'


def test_an_export_to_dmn_says_that_they_stay_behind() -> None:
    _xml, left = write_dmn(PAGE)

    assert LeftOut("words", "4 words", "DMN has one word for a value") in left
