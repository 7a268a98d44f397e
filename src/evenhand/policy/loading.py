"""From the text of a page to a page that may decide."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import partial

from evenhand.policy import limits
from evenhand.policy.always import read_always
from evenhand.policy.columns import Layout, infer_outcomes, lay_out
from evenhand.policy.declared import read_derived, read_outcomes
from evenhand.policy.errors import Faults, PolicyError
from evenhand.policy.examples import check_examples, read_examples
from evenhand.policy.facts import read_fact_table
from evenhand.policy.glossary import check_words
from evenhand.policy.head import blame_head, read_head
from evenhand.policy.kinds import Kind
from evenhand.policy.nevers import read_nevers
from evenhand.policy.program import Page, assemble
from evenhand.policy.saying import _
from evenhand.policy.scope import Scope
from evenhand.policy.sections import SINGLE, Grid, Outline, Section, outline
from evenhand.policy.sizes import longest
from evenhand.policy.tables import count_rows, read_table
from evenhand.policy.tree import Constant, Derived, Fact, Head, Policy, Table
from evenhand.policy.values import Choosers, read_values
from evenhand.policy.weights import folded_nodes

# What is read must be what is run: control characters, signs that turn the direction
# of writing, marks of order and tags that nobody sees, and halves of characters.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    r"\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def load(text: str) -> Page:
    """Read, check and compile a page, and run its examples.

    Raises PolicyError with every fault found, each with line and column (from 1).
    """
    page = read(text)
    differing = check_examples(page)
    if differing:
        raise PolicyError(differing[: limits.FAULTS])
    return page


def read(text: str) -> Page:
    """Read, check and compile a page, but do not run its examples; see `load`."""
    faults = Faults(limits.FAULTS)
    text = _checked_text(text, faults)
    policy = _Loader(outline(text, faults), faults).policy()
    faults.stop_if_any()
    return assemble(policy, content_hash(text))


def content_hash(text: str) -> str:
    """Return the SHA-256 of a page's text, line ends apart: 64 hex digits."""
    return hashlib.sha256(unix(text).encode("utf-8", "replace")).hexdigest()


def unix(text: str) -> str:
    """Return a page's text with plain line ends and no byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _checked_text(text: str, faults: Faults) -> str:
    most = limits.CHARACTERS
    if len(text) > most:
        what = _("the page has {len} characters", len=len(text))
        faults.add(1, 1, what, _("at most {most} are allowed", most=most))
        faults.stop_if_any()
    text = unix(text)
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        column = control.start() - text.rfind("\n", 0, control.start())
        faults.add(
            line,
            column,
            _("the control character {value!r}", value=control[0]),
            _("remove it"),
        )
        faults.stop_if_any()
    return text


class _Loader:
    """Reads the sections in the order in which they depend on each other."""

    __slots__ = ("faults", "head", "outline", "scope", "sections")

    def __init__(self, cut: Outline, faults: Faults) -> None:
        self.outline = cut
        self.faults = faults
        self.head: Head = read_head(cut.head, cut.title, faults)
        self.scope = Scope(self.head.currency)
        self.scope.results = frozenset(self._heads())
        self.sections = self._single_sections()

    def policy(self) -> Policy:
        facts = self._facts()
        values, dated = self._values(facts)
        derived = self._grid("Derived")
        follow = read_derived(derived, self.scope, self.faults) if derived else ()
        tables = self._tables()
        self._check_head(facts)
        never, always = self._grid("Never"), self._grid("Always")
        examples = self._grid("Examples")
        policy = Policy(
            head=self.head,
            facts=facts,
            values=values,
            derived=(*dated, *follow),
            tables=tables,
            nevers=read_nevers(never, self.scope, self.faults) if never else (),
            always=read_always(always, self.scope, self.faults) if always else (),
            examples=read_examples(examples, facts, tables, self.scope, self.faults)
            if examples
            else (),
        )
        check_words(policy, partial(blame_head, self.outline.head, self.faults))
        self._check_weight(policy)
        self._check_sizes(policy)
        return policy

    def _check_weight(self, policy: Policy) -> None:
        found, most = folded_nodes(policy), limits.FOLDED_NODES
        if found > most:
            what = _(
                "the page looks {found} times at each element of its lists", found=found
            )
            form = _("at most {most}: derive a fact once and use its name", most=most)
            self.faults.add(1, 1, what, form)

    def _check_sizes(self, policy: Policy) -> None:
        most = limits.RESULT_DIGITS
        for digits, name, line in longest(policy):
            if digits > most:
                what = _(
                    "a number of {name} may grow to {digits} digits",
                    name=name,
                    digits=digits,
                )
                form = _(
                    "at most {most}: multiply less, or round an amount before",
                    most=most,
                )
                self.faults.add(line or 1, 1, what, form)
                return

    def _single_sections(self) -> Mapping[str, Section]:
        found: dict[str, Section] = {}
        for section in self.outline.sections:
            name = section.title.text
            if name in found:
                self.faults.add(
                    *section.title.at(0), _("a second section {name}", name=name)
                )
            elif name in SINGLE:
                found[name] = section
            else:
                self._refuse_near_miss(section)
        return found

    def _refuse_near_miss(self, section: Section) -> None:
        """Prose may have any heading, but not one that was meant as a section."""
        title = section.title.text
        if title.startswith("Table:") or not section.tabled:
            return
        near = get_close_matches(title.casefold(), [n.casefold() for n in SINGLE])
        word, colon, _name = title.casefold().partition(":")
        if colon and not near:
            near = get_close_matches(word, ["table"])
        if near or word.startswith("table"):
            form = _(
                "write one of {value}, or Table: name (first)", value=", ".join(SINGLE)
            )
            self.faults.add(
                *section.title.at(0), _("{title} is not a section", title=title), form
            )

    def _heads(self) -> Iterator[str]:
        for section in self.outline.sections:
            if section.grid and section.title.text.startswith("Table:"):
                yield from (head.text for head in section.grid.header)

    def _grid(self, name: str) -> Grid | None:
        section = self.sections.get(name)
        if section and section.grid:
            self._refuse_columns_twice(section.grid)
        if section and section.grid is None and not section.tabled:
            self.faults.add(*section.title.at(0), _("{name} has no table", name=name))
        return section.grid if section else None

    def _refuse_columns_twice(self, grid: Grid) -> None:
        """A row is read by the names of its columns, so each stands once."""
        seen: set[str] = set()
        for head in grid.header:
            if head.text in seen:
                self.faults.add(
                    *head.at(0), _("the column {text} stands twice", text=head.text)
                )
            seen.add(head.text)

    def _facts(self) -> tuple[Fact, ...]:
        grid = self._grid("Facts")
        if grid is None:
            form = _("write ## Facts and a table")
            if "Facts" not in self.sections:
                self.faults.add(1, 1, _("the page has no facts"), form)
            return ()
        facts = read_fact_table(grid, self.head.currency, self.faults)
        for fact in facts:
            self.scope.declare(fact)
        return facts

    def _values(
        self, facts: tuple[Fact, ...]
    ) -> tuple[tuple[Constant, ...], tuple[Derived, ...]]:
        grid = self._grid("Values")
        if grid is None:
            return (), ()
        named = {fact.name: fact for fact in facts}
        day = named.get(self.head.judged_on)
        judged_on = day.name if day and day.kind is Kind.DATE else ""
        choosers = Choosers(judged_on, named.get(self.head.currency_from))
        return read_values(grid, choosers, self.scope, self.faults)

    def _tables(self) -> tuple[Table, ...]:
        layouts = self._layouts()
        titles = [section.title.text for section in self.outline.sections]
        if not any(title.startswith("Table:") for title in titles):
            form = _("write ## Table: name (first)")
            self.faults.add(1, 1, _("the page has no table of rules"), form)
        count_rows(layouts, self.faults)
        grid = self._grid("Outcomes")
        currency = self.head.currency
        declared = read_outcomes(grid, currency, self.faults) if grid else {}
        outcomes = infer_outcomes(layouts, declared, currency)
        # Faults so far would make every row that uses a missing name a fault too.
        self.faults.stop_if_any()
        return tuple(
            read_table(layout, outcomes, self.scope, self.head.base, self.faults)
            for layout in layouts
        )

    def _layouts(self) -> list[Layout]:
        found: list[Layout] = []
        for section in self.outline.sections:
            if not section.title.text.startswith("Table:"):
                continue
            layout = lay_out(section, self.scope, self.head.language, self.faults)
            if layout and layout.name in [one.name for one in found]:
                what = _("a second table {name}", name=layout.name)
                self.faults.add(*section.title.at(0), what)
            elif layout:
                found.append(layout)
        return found

    def _check_head(self, facts: tuple[Fact, ...]) -> None:
        kinds = {fact.name: fact.kind for fact in facts}
        for key, name, wanted in (
            ("currency_from", self.head.currency_from, (Kind.ONE_OF, Kind.TEXT)),
            ("judged_on", self.head.judged_on, (Kind.DATE,)),
        ):
            kind = kinds.get(name)
            if name and kind not in wanted:
                shape = f"which is {kind}" if kind else "which is not a fact"
                what, form = (
                    _("{key} names {name}, {shape}", key=key, name=name, shape=shape),
                    _("name a fact of type {value}", value=wanted[0]),
                )
                blame_head(self.outline.head, self.faults, key, what, form)
