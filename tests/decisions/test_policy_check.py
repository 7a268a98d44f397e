"""`evenhand policy check` and `evenhand policy diff`: what they print and how they end."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evenhand.decisions import actions
from tests import given, given_decisions
from tests.policy.writing import a_table, a_text, facts

PROPOSAL = (
    "    In row late write days >= 15 for days > 15, or in row fresh write days <= 15 for"
    " days <= 14; or add a last row without conditions that says what happens to all"
    " other cases."
)
DAYS = facts("days | whole number | 0..365")


def a_file(folder: Path, *rows: str, name: str = "page.md", version: str = "1") -> Path:
    table = a_table(
        "Table: entitlement (first)",
        "| id | when | give |",
        *(f"| {row} |" for row in rows),
    )
    file = folder / name
    text = a_text(DAYS, table).replace('version = "1"', f'version = "{version}"')
    file.write_text(text, "utf-8")
    return file


def printed(*words: object) -> str:
    out = StringIO()
    call_command(*map(str, words), stdout=out, stderr=StringIO())
    return out.getvalue()


def refused(*words: object) -> tuple[int, str, str]:
    """The exit status, the complaint, and what was printed before it."""
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(*map(str, words), stdout=out, stderr=StringIO())
    return caught.value.returncode, str(caught.value), out.getvalue()


@pytest.mark.django_db
def test_a_clean_page_ends_well_and_says_what_is_proved(tmp_path: Path) -> None:
    file = a_file(tmp_path, "fresh | days <= 14 | refund", "late | days > 14 | deny")

    assert printed("policy_check", file).splitlines()[:2] == [
        "proved for every case:",
        "    Every case has a row in table entitlement.",
    ]


@pytest.mark.django_db
def test_a_gap_ends_with_1_and_is_told_in_plain_words(tmp_path: Path) -> None:
    file = a_file(tmp_path, "fresh | days <= 14 | refund", "late | days > 15 | deny")

    status, complaint, out = refused("policy_check", file)

    assert (status, complaint) == (1, "small 1: 1 fault, 0 warnings, 0 notes")
    assert out.splitlines() == [
        "fault: gap, line 18",
        "    No row of table entitlement covers this case: days 15.",
        "    A customer with such a case would get no answer.",
        PROPOSAL,
    ]


@pytest.mark.django_db
def test_json_holds_the_same(tmp_path: Path) -> None:
    file = a_file(tmp_path, "fresh | days <= 14 | refund")

    status, _, out = refused("policy_check", file, "--json")

    report = json.loads(out)
    assert status == 1
    assert report["findings"][0]["facts"] == {"days": 15}
    assert report["findings"][0]["case"] == [["days", "days", "15 to 365"]]


@pytest.mark.django_db
def test_examples_of_earlier_files_are_decided(tmp_path: Path) -> None:
    rows = ("fresh | days <= 14 | refund", "late | | deny")
    old = a_file(tmp_path, *rows, name="old.md")
    examples = a_table("Examples", "| given | expect |", "| days 14 | fresh |")
    old.write_text(old.read_text("utf-8") + "\n" + examples + "\n", "utf-8")
    new = a_file(tmp_path, rows[0].replace("14", "10"), rows[1], version="2")

    status, complaint, out = refused("policy_check", new, "--earlier", old)

    assert (status, complaint) == (1, "small 2: 0 faults, 1 warning, 0 notes")
    assert "days 14: expected fresh, got late." in out


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["no page", None])
def test_a_page_that_cannot_be_read_ends_with_2(
    tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "page.md"
    if text:
        file.write_text(text, "utf-8")

    status, complaint, out = refused("policy_check", file)

    assert (status, out) == (2, "")
    assert str(file) in complaint


@pytest.mark.django_db
def test_versions_that_are_equal_are_said_to_be_proved_so(tmp_path: Path) -> None:
    old = a_file(
        tmp_path, "fresh | days <= 14 | refund", "late | | deny", name="old.md"
    )
    new = a_file(tmp_path, "late | days > 14 | deny", "fresh | | refund", name="new.md")

    out = printed("policy_diff", old, new)

    assert out.splitlines()[-2:] == [
        "proved: both versions decide every case alike",
        "proved: nobody is worse off",
    ]


@pytest.mark.django_db
def test_a_change_is_told_with_a_case_and_who_is_worse_off(tmp_path: Path) -> None:
    rows = ("fresh | days <= 14 | refund", "late | | deny")
    old = a_file(tmp_path, *rows, name="old.md")
    new = a_file(tmp_path, rows[0].replace("14", "13"), rows[1], name="new.md")

    status, complaint, out = refused("policy_diff", old, new)

    assert (status, complaint) == (1, "1 pair of rows with another result")
    assert out.splitlines() == [
        "changed: Table: entitlement (first), fresh",
        "    - days <= 14 | give refund",
        "    + days <= 13 | give refund",
        "",
        "fresh -> late: the customer is worse off",
        "    for example days 14",
        "    give: refund -> deny",
        "",
        "1 pair of rows with another result",
        "some are worse off",
    ]


@pytest.mark.django_db
def test_differences_as_json(tmp_path: Path) -> None:
    old = a_file(
        tmp_path, "fresh | days <= 14 | refund", "late | | deny", name="old.md"
    )
    new = a_file(tmp_path, "all | | refund", name="new.md")

    status, _, out = refused("policy_diff", old, new, "--json")

    found = json.loads(out)
    assert (status, found["never_worse"], found["complete"]) == (1, True, True)


@pytest.mark.django_db
def test_past_cases_are_counted_from_row_to_row_with_the_money(tmp_path: Path) -> None:
    priced = facts("days | whole number | 0..365", "price | money | 0.00..500.00")
    texts = []
    for name, last in (("old.md", "14"), ("new.md", "10")):
        table = a_table(
            "Table: entitlement (first)",
            "| id | when | give | amount |",
            f"| fresh | days <= {last} | refund | price |",
            "| late | | deny | |",
        )
        file = tmp_path / name
        file.write_text(a_text(priced, table), "utf-8")
        texts.append(file)
    cases = tmp_path / "cases.jsonl"
    days = (3, 11, 12, 40)
    lines = (json.dumps({"days": day, "price": 1000}) for day in days)
    cases.write_text("\n".join(lines), "utf-8")

    status, _, out = refused("policy_diff", *texts, "--facts", cases)
    _, _, data = refused("policy_diff", *texts, "--facts", cases, "--json")

    assert status == 1
    assert out.splitlines()[-4:] == [
        f"{cases}, 4 cases:",
        "  2 cases worse off, by €20.00 in all",
        "    fresh -> late: 2 cases, €20.00 -> €0.00, 2 worse off",
        "    2 cases stay as they are",
    ]
    assert json.loads(data)["moves"]["worse"] == 2


@pytest.mark.django_db
def test_a_file_of_cases_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    file = a_file(tmp_path, "rest | | deny")

    missing = tmp_path / "none.jsonl"
    status, complaint, out = refused("policy_diff", file, file, "--facts", missing)

    assert (status, out) == (2, "")
    assert str(missing) in complaint


@pytest.mark.django_db
def test_the_desks_own_decisions_are_counted_from_row_to_row(tmp_path: Path) -> None:
    mei = given.the("mei")
    text = given_decisions.small_page()
    given_decisions.published(text)
    issue = given_decisions.a_small_issue()
    given_decisions.found(issue, mei, broken=True, price=12900, seal="whole")
    actions.grant(issue=issue, option="entitlement", by=mei, at=given.MONDAY)
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_text(text, "utf-8")
    new.write_text(text.replace("| broken yes |", "| broken no |"), "utf-8")

    _, _, data = refused("policy_diff", old, new, "--history", "--json")

    (move,) = json.loads(data)["moves"]["moves"]
    assert (move["old"], move["new"], move["cases"]) == ("S-1", "S-3", 1)
    assert (move["before"], move["after"]) == ({"EUR": 12900}, {"EUR": 6450})
