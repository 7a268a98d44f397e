"""Small pages for tests, written the way a person writes them."""

from __future__ import annotations

from evenhand.policy.errors import Fault, PolicyError
from evenhand.policy.loading import load
from evenhand.policy.program import Page

HEAD = """+++
policy = "small"
version = "1"
[money]
currency = "EUR"
+++
"""


def a_text(*sections: str, head: str = HEAD) -> str:
    """A page of these sections; each is a heading and its table."""
    return head + "\n" + "\n\n".join(section.strip() for section in sections) + "\n"


def a_page(*sections: str, head: str = HEAD) -> Page:
    """The loaded page of these sections."""
    return load(a_text(*sections, head=head))


def a_table(name: str, *lines: str) -> str:
    """A section with a table; the line below its header is put in."""
    header, *rows = lines
    rule = "|" + "---|" * (header.count("|") - 1)
    return "\n".join((f"## {name}", "", header, rule, *rows))


def facts(*lines: str) -> str:
    """A Facts section of `name | type | domain` rows."""
    return a_table(
        "Facts", "| fact | type | domain |", *(f"| {one} |" for one in lines)
    )


def rules(*lines: str, name: str = "Table: verdict (first)") -> str:
    """A rule table; the first line is its header."""
    return a_table(name, *(f"| {line} |" for line in lines))


def faults_of(text: str) -> tuple[Fault, ...]:
    """The faults for which a page is refused; none if it is not."""
    try:
        load(text)
    except PolicyError as error:
        return error.faults
    return ()


def first_fault(*sections: str, head: str = HEAD) -> Fault:
    """The only fault of a page of these sections."""
    (fault,) = faults_of(a_text(*sections, head=head))
    return fault
