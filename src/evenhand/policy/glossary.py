"""The words of a page in other languages: `defective = "有缺陷"` under [words.zh]."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice

from evenhand.policy.nodes import Literal
from evenhand.policy.saying import _
from evenhand.policy.tree import Fact, Head, Policy

_COMPARED = 300
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
Add = Callable[[str, str, str], None]
Words = Mapping[str, Mapping[str, str]]  # language -> word of the page -> what is read


def read_words(given: object, add: Add) -> Words:
    """Read the sections [words.LANGUAGE] of a head."""
    form = _('write a word = "…" under [words.zh]')
    if not isinstance(given, Mapping):
        add("words", _("words is not a section"), form)
        return {}
    found = {}
    for language, words in given.items():
        wrong = _not_said(words) if _LANGUAGE.fullmatch(language) else ""
        if wrong is None:
            if words:
                found[language] = dict(words)
        else:
            key = wrong or f"words.{language}"
            add(key, _("{word} is not said as a text", word=key), form)
    return found


def _not_said(words: object) -> str | None:
    """Return the first word that has no text, "" where there are no words at all."""
    if not isinstance(words, Mapping):
        return ""
    wrong = (
        word for word, text in words.items() if not (isinstance(text, str) and text)
    )
    return next(wrong, None)


def check_words(policy: Policy, add: Add) -> None:
    """Refuse what is no word of the page: nobody would ever read it."""
    if not policy.head.words:
        return
    known = dict.fromkeys(_words_of(policy))
    # to compare a word with thousands takes longer than to read a page
    compared = [*islice(known, _COMPARED)]
    for words in policy.head.words.values():
        for word in words:
            if word not in known:
                near = get_close_matches(word, compared, n=1)
                form = (
                    _("did you mean {value}?", value=near[0])
                    if near
                    else _("name a word of a fact or of an outcome")
                )
                add(word, _("{word} is no word of the page", word=word), form)


def _words_of(policy: Policy) -> Iterator[str]:
    for fact in policy.facts:
        yield from _words_in(fact)
    for table in policy.tables:
        for outcome in table.outcomes:
            yield from outcome.words
        for row in table.rows:
            for _name, expression in row.results:
                root = expression.root
                if isinstance(root, Literal) and isinstance(root.value, str):
                    yield root.value


def _words_in(fact: Fact) -> Iterator[str]:
    yield from fact.domain.words
    for field in fact.fields:
        yield from _words_in(field)


def words_in(head: Head, language: str) -> Mapping[str, str]:
    """Return what words of the page are called in a language: of zh-hans, or of zh."""
    return head.words.get(language) or head.words.get(language[:2]) or {}
