from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from evenhand.policy import limits
from evenhand.policy.errors import PolicyError
from evenhand.policy.loading import read
from evenhand.policy.printing import formatted, print_page
from evenhand.policy.printing.expressions import expression_text
from evenhand.policy.printing.head import formatted_head
from tests.policy.alike import meaning
from tests.policy.making import pages
from tests.policy.writing import a_table, a_text, facts, rules

PAGES = sorted((Path(__file__).resolve().parents[2] / "policies").glob("*.md"))
# A page is large: shrinking one takes minutes and tells no more than the page does.
MANY = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_shipped_page_means_the_same_when_formatted_and_stays_so(path: Path) -> None:
    text = path.read_text("utf-8")

    once = formatted(text)

    assert meaning(read(once).policy) == meaning(read(text).policy)
    assert formatted(once) == once


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_shipped_page_is_written_again_from_its_tree(path: Path) -> None:
    page = read(path.read_text("utf-8"))

    text = print_page(page)

    assert meaning(read(text).policy) == meaning(page.policy)
    assert formatted(text) == text


@MANY
@given(pages())
def test_a_page_made_at_random_means_the_same_when_formatted(text: str) -> None:
    once = formatted(text)

    assert meaning(read(once).policy) == meaning(read(text).policy)
    assert formatted(once) == once


@MANY
@given(pages())
def test_a_page_made_at_random_is_written_again_from_its_tree(text: str) -> None:
    page = read(text)

    written = print_page(page)

    assert meaning(read(written).policy) == meaning(page.policy)
    assert formatted(written) == written


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_shipped_page_is_in_the_standard_form(path: Path) -> None:
    text = path.read_text("utf-8")

    assert formatted(text) == text, f"run: evenhand policy fmt {path.name}"


@pytest.mark.parametrize("beside", ["|", "  |   ", "\t| "])
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_tables_spaced_anyhow_come_back_to_the_standard_form(
    path: Path, beside: str
) -> None:
    text = path.read_text("utf-8")
    loose = "\n".join(
        line.replace(" | ", beside) if line.startswith("| ") else line
        for line in text.split("\n")
    )

    assert loose != text
    assert formatted(loose) == text


UNTIDY = """+++
# who stands for it
reviewed_by = "Nobody"
version="1"
policy = "small"   # its name
[money]
rounding = "down"
currency =   "EUR"
[effective]
judged_on = "asked_on"
source_of_this = 1
+++
# Small

Prose  stays   as it is.

##   Facts
|fact|type|domain|fixed|
|:--|---|--:|---|
| asked_on | date | 2026-01-01 .. | yes |
| price|money ?|0.00..500|-|
| colour | one of | "red" , 'sea green'| |
| waited | duration | ..72 hours ||

Between two sections.

## Table: t
| id | if  price | when | unless | give | amount | note |
|-|-|-|-|-|-|-|
| a | >=  20 | colour "red","sea green";waited [ 90 minutes .. 72   hours ) | colour = red or  price null | refund | ((price)*(60/100)) | a \\| b |
| b | not( null ) | - | | "deny" | - | |

```
| not | a table |
```
"""
TIDY = """+++
policy = "small"   # its name
version = "1"
# who stands for it
reviewed_by = "Nobody"

[effective]
judged_on = "asked_on"

[money]
currency = "EUR"
rounding = "down"
+++
# Small

Prose  stays   as it is.

## Facts
| fact | type | domain | fixed |
|---|---|---|---|
| asked_on | date | 2026-01-01.. | x |
| price | money? | 0..500.00 | |
| colour | one of | red, "sea green" | |
| waited | duration | ..72 hours | |

Between two sections.

## Table: t (first)
| id | if price | when | unless | give | amount | note |
|---|---|---|---|---|---|---|
| a | >= 20.00 | colour red, "sea green"; waited [90 minutes..72 hours) | colour red or price null | refund | price * (60 / 100) | a \\| b |
| b | not(null) | | | "deny" | | |

```
| not | a table |
```
"""


def test_an_untidy_page_is_put_in_order_and_its_prose_left_alone() -> None:
    text = UNTIDY.replace("source_of_this = 1\n", "")

    assert formatted(text) == TIDY
    assert formatted(TIDY) == TIDY


def test_a_page_that_cannot_be_read_is_not_formatted() -> None:
    with pytest.raises(PolicyError, match="source_of_this is not a field"):
        formatted(UNTIDY)


@pytest.mark.parametrize(
    "head",
    [
        'policy = "a"\nversion = "1"\neffective.from = 2026-01-01\n',
        'version = """\n1\n"""\npolicy = "a"\n',
        'version = "1"\npolicy = "a"\nsource = [\n  "b = c", # d\n  "e",\n]\n',
    ],
)
def test_a_head_in_another_form_of_toml_keeps_its_meaning(head: str) -> None:
    body = a_text(
        facts("days | whole number |"), rules("id | give", "a | deny"), head=""
    )
    text = f"+++\n{head}+++\n{body}"

    once = formatted(text)

    assert meaning(read(once).policy) == meaning(read(text).policy)
    assert formatted(once) == once


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a+b*c", "a + b * c"),
        ("(a+b)*c", "(a + b) * c"),
        ("(a*b)+c", "a * b + c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("-(a+b)", "-(a + b)"),
        ("!a||b&&!c", "not a or (b and not c)"),
        ("a and b or(c and d)and e", "(a and b) or (c and d and e)"),
        ("!(a==b)", "not a == b"),
        ("!a==b", "(not a) == b"),
        ("not(a=b)", "not a == b"),
        ("(a?b:c)?(d?e:f):(g)", "(a ? b : c) ? d ? e : f : g"),
        ("min( a,b )+1.50", "min(a, b) + 1.50"),
        ("days(a-b)", "days(a - b)"),
        ("x in['a','b']", 'x in ["a", "b"]'),
        (
            "l.filter(x,x.p>5).map(x,x.p).sum()",
            "l.filter(x, x.p > 5).map(x, x.p).sum()",
        ),
        ("(a in b)and(c)", "a in b and c"),
        ("a+3   days", "a + 3 days"),
        ("'it\\'s \"so\"'", '"it\'s \\"so\\""'),
        ("duration( '72h' )", 'duration("72h")'),
    ],
)
def test_an_expression_is_written_with_its_spaces_and_needed_brackets(
    written: str, expected: str
) -> None:
    assert expression_text(written) == expected
    assert expression_text(expected) == expected


def test_examples_keep_what_they_give_and_what_is_unknown() -> None:
    sheet = facts(
        "days | whole number? |",
        "waited | duration? |",
        "marks | list of text | torn, stained",
        "lines | list |",
        "lines.price | money |",
        "lines.note | text? |",
    )
    table = rules("id | when | amount", "a | days 3 | 5", "b | | 7")
    examples = a_table(
        "Examples",
        "| given | expect | amount |",
        "| days=3,waited  47 hours;marks [torn ,stained] | a | 5 |",
        '| days null ; lines [( price 5;note "a" ),(price 6.5)] | b | - |',
        "| days 4; marks [] | b | none |",
    ).replace("| none |", "| 7.00 |")

    text = formatted(a_text(sheet, table, examples))

    assert text.splitlines()[-3:] == [
        "| days 3; waited 47 hours; marks [torn, stained] | a | 5.00 |",
        '| days null; lines [(price 5.00, note "a"), (price 6.50)] | b | |',
        "| days 4; marks [] | b | 7.00 |",
    ]


def test_no_head_is_written_longer_than_a_head_may_be() -> None:
    def terse(words: int) -> str:
        said = "\n".join(f'w{n:03}="{n:03}"' for n in range(words))
        return f'policy="a"\nversion="1"\n\n[words.zh]\n{said}'

    assert len(terse(650)) <= limits.HEAD_CHARACTERS
    assert formatted_head(terse(650)) == terse(650)
    assert formatted_head(terse(600)) == terse(600).replace("=", " = ")


def test_no_page_is_written_longer_than_a_page_may_be() -> None:
    rows = "\n".join(f"|r{n}|{n}|x|{'because ' * 37}|" for n in range(1_285))
    text = f"""+++
policy = "long"
version = "1"
+++
## Facts
| fact | type | domain |
|---|---|---|
| days | whole number | |
## Table: answer (first)
| id | days | give | because |
|---|---|---|---|
{rows}
"""

    assert len(text) <= limits.CHARACTERS < len(text) + 8 * 1_285
    assert formatted(text) == text


def test_a_page_with_a_long_title_and_a_long_head_is_written_again() -> None:
    title, source = "t" * limits.TITLE_CHARACTERS, "s" * 7_900
    head = f'+++\npolicy = "a"\nversion = "1"\nsource = "{source}"\n+++\n'
    small = (facts("worn | yes/no |"), rules("id | give", "a | x"))
    page = read(a_text("# " + title, *small, head=head))

    again = read(print_page(page))

    assert again.policy.head.title == title
    assert meaning(again.policy) == meaning(page.policy)


def test_no_cell_is_written_longer_than_a_cell_may_be() -> None:
    words = [f"word{number:04}" + "x" * 11 for number in range(100)]
    rows = "\n".join(f"| r{n} | days {n} | {word} |" for n, word in enumerate(words))
    text = f"""+++
policy = "long"
version = "1"
+++
## Facts
| fact | type | domain |
|---|---|---|
| days | whole number | |
| kind | one of | {",".join(words)} |
## Table: answer (first)
| id | when | give |
|---|---|---|
{rows}
| any | kind {",".join(words[:20])} | {words[0]} |
"""
    page = read(text)
    listed = f"kind {','.join(words[:99])}"
    full = text.replace("days 7 |", f"{listed} |")

    once, again = formatted(full), print_page(page)

    assert meaning(read(once).policy) == meaning(read(full).policy)
    assert formatted(once) == once
    assert f"| {','.join(words)} |" in once
    assert f"| {listed} |" in once
    assert meaning(read(again).policy) == meaning(page.policy)
