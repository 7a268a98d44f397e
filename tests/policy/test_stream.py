from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evenhand.policy.loading import load
from evenhand.policy.stream import BadLine, Ignored, decide_lines
from tests.policy.writing import a_page, a_text, facts, rules

SECTIONS = (
    facts("days | whole number |", "asked_on | date? |", "worn | yes/no? |"),
    rules(
        "id | when | give | until",
        "a | days <= 14; worn no | refund | asked_on + 14",
        "b | days <= 14 | deny | ",
    ),
    "## Outcomes\n\n| outcome | type |\n|---|---|\n| until | date |",
)
PAGE = a_page(*SECTIONS)
GOOD = '{"id": "c1", "facts": {"days": 3, "worn": false, "asked_on": "2026-06-01"}}'


def test_each_line_is_answered_in_turn() -> None:
    lines = [
        GOOD,
        "",
        '{"id": 2, "facts": {"days": 20}}',
        '{"id": 3, "facts": {"days": 3, "asked_on": "2026-06-01"}}',
    ]

    answers = list(decide_lines(PAGE, lines))

    assert answers == [
        {
            "id": "c1",
            "status": "hit",
            "rule": "a",
            "outcome": {"give": "refund", "until": "2026-06-15"},
            "needs": [],
        },
        {"id": 2, "status": "no_rule", "rule": None, "outcome": {}, "needs": []},
        {
            "id": 3,
            "status": "needs_fact",
            "rule": None,
            "outcome": {},
            "needs": [
                {"fact": "worn", "type": "yes/no", "ask": "worn?", "choices": []}
            ],
        },
    ]


def test_facts_that_the_page_does_not_declare_are_counted_by_name() -> None:
    ignored = Ignored()
    lines = [
        '{"id": 1, "facts": {"days": 20, "size": 4, "hat": 1}}',
        '{"id": 2, "facts": {"days": 20, "size": 5}}',
    ]

    list(decide_lines(PAGE, lines, ignored=ignored))

    assert ignored.counts == {"size": 2, "hat": 1}
    assert ignored.total == 3


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 2: not JSON: Expecting property name"),
        ("[1]", 'line 2: write {"id": …, "facts": {…}}'),
        ('{"id": 1}', 'line 2: write {"id": …, "facts": {…}}'),
        ('{"facts": {}}', "line 2: the id is missing"),
        (
            '{"id": 1, "facts": {"days": "3"}}',
            "line 2: days is '3'; it must be whole number",
        ),
        (
            '{"id": 1, "facts": {"days": NaN}}',
            "line 2: days is nan; it must be whole number",
        ),
        ("[" * 100_000, "line 2: not JSON"),
    ],
)
def test_a_bad_line_is_named_and_nothing_of_it_is_answered(line: str, why: str) -> None:
    answers = decide_lines(PAGE, [GOOD, line, GOOD])

    assert next(answers)["id"] == "c1"
    with pytest.raises(BadLine) as caught:
        next(answers)

    assert str(caught.value).startswith(why)
    assert caught.value.number == 2
    assert list(answers) == []


def run(
    tmp_path: Path, lines: str, page: str | None = None, *more: str
) -> tuple[str, str]:
    """Run the command on a page and a file of facts; what it prints, what it warns."""
    (tmp_path / "page.md").write_text(page or a_text(*SECTIONS), encoding="utf-8")
    (tmp_path / "facts.jsonl").write_text(lines, encoding="utf-8")
    out, err = StringIO(), StringIO()
    files = (str(tmp_path / "page.md"), "--facts", str(tmp_path / "facts.jsonl"))
    call_command("policy_decide", *files, *more, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_prints_a_json_line_for_each_case(tmp_path: Path) -> None:
    out, err = run(tmp_path, GOOD + '\n{"id": 2, "facts": {"days": 20, "size": 4}}\n')

    first, second = map(json.loads, out.splitlines())
    assert (first["id"], first["rule"]) == ("c1", "a")
    assert (second["id"], second["status"]) == (2, "no_rule")
    assert err == "1 facts are not on the page: size (1)\n"


def test_an_id_that_no_utf_8_holds_is_printed_as_it_came(tmp_path: Path) -> None:
    out, _ = run(tmp_path, '{"id": "\\ud800 裙", "facts": {"days": 20}}\n')

    assert out.encode("utf-8").startswith(b'{"id": "\\ud800 \\u88d9"')


def test_the_command_ends_with_2_at_a_bad_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="line 2: not JSON") as caught:
        run(tmp_path, GOOD + "\n{\n")

    assert caught.value.returncode == 2


def test_the_command_ends_with_2_for_a_page_that_is_refused(tmp_path: Path) -> None:
    page = a_text(SECTIONS[0], rules("id | when | give", "a | dys 3 | x"))

    with pytest.raises(CommandError, match="dys is not a name on this page") as caught:
        run(tmp_path, GOOD, page)

    assert caught.value.returncode == 2


def test_the_command_ends_with_2_for_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("policy_decide", str(tmp_path / "none.md"), "--facts", "none")

    assert caught.value.returncode == 2


def test_lists_and_durations_come_and_go_as_json() -> None:
    page = a_page(
        facts(
            "wait | duration |",
            "lines | list |",
            "lines.price | money |",
            "on | date |",
        ),
        "## Outcomes\n\n| outcome | type |\n|---|---|\n| within | duration |\n| by | date |",
        rules("id | within | by", "a | wait * size(lines) | on + 3 days"),
    )
    case = (
        '{"id": 7, "facts": {"wait": "PT1H30M", "on": "2026-02-27",'
        ' "lines": [{"price": 100, "colour": "red"}, {"price": null}]}}'
    )
    wrong = '{"id": 8, "facts": {"lines": [{"price": 1}, {"price": 1.5}]}}'

    (answer,) = decide_lines(page, [case])
    with pytest.raises(BadLine, match="line 2, price, is "):
        list(decide_lines(page, [wrong]))

    assert answer["outcome"] == {"within": 10_800, "by": "2026-03-02"}


CREDIT = a_page(
    facts(
        "days | whole number | 0..60",
        "price | money | 0.00..500.00",
        "receipt | yes/no |",
        "member | one of | silver, gold",
    ),
    rules(
        "id | when | amount",
        "full | days <= 30; receipt yes | price",
        "gold | member gold | price / 2",
        "none | | 0.00",
    ),
)
SHORT = {"days": 12, "price": 8000, "receipt": False, "member": "silver"}


def test_an_explained_answer_tells_why_and_what_would_give_more() -> None:
    (answer,) = decide_lines(
        CREDIT, [json.dumps({"id": 1, "facts": SHORT})], explain="en"
    )

    explained = answer["explained"]
    assert isinstance(explained, dict)
    assert explained["rows"] == [
        "full: Receipt is no, not yes",
        "gold: Member is silver, not gold",
        "none applies",
    ]
    assert explained["ways"]["staff"][0] == (
        "If Receipt were yes and not no: Amount €80.00 (full)."
    )
    assert answer["outcome"] == {"amount": 0}


def test_the_customer_s_ways_are_those_that_there_is_a_question_for() -> None:
    lines = [json.dumps({"id": 1, "facts": SHORT})]
    silent = load(
        a_text(
            "## Facts\n\n| fact | type | domain | ask |\n|---|---|---|---|\n"
            "| receipt | yes/no | | Is there a receipt? |\n"
            "| member | one of | silver, gold | |\n",
            rules(
                "id | when | amount",
                "a | receipt yes | 8",
                "b | member gold | 5",
                "c | | 0",
            ),
        )
    )

    (answer,) = decide_lines(silent, lines, explain="zh")

    explained = answer["explained"]
    assert isinstance(explained, dict)
    assert explained["ways"]["customer"] == [
        "如果Receipt为是而不是否，则：Amount：€8.00（a）。"
    ]
    assert len(explained["ways"]["staff"]) == 2


def test_the_command_explains_in_the_language_asked_for(tmp_path: Path) -> None:
    plain, _ = run(tmp_path, GOOD)

    told, _ = run(tmp_path, GOOD, None, "--explain", "ja")

    answer = json.loads(told)
    assert answer["explained"]["rows"] == ["a が適用されます"]
    assert {name: answer[name] for name in json.loads(plain)} == json.loads(plain)
