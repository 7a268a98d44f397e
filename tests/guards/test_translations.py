"""The desk speaks each of its languages wholly: no word missing, stale or mangled."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.utils.translation import to_locale

from tests import messages
from tests.messages import LOCALES, Word

# What Python and the coach put in: %(name)s, %s, %d, %% and {name}.
_HOLES = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w+\}")
_HAN, _KANA, _THAI = r"\u3400-\u9fff", r"\u3040-\u30ff", r"\u0e00-\u0e7f"
_SCRIPTS = {"zh_Hans": _HAN, "ja": _HAN + _KANA, "th": _THAI}
# Written alike everywhere.
_SAME_EVERYWHERE = frozenset(
    {"API", "Gmail", "Message-ID", "Microsoft 365", "STARTTLS", "TLS"}
)


@cache
def words() -> dict[Word, list[str]]:
    return messages.words_in_source()


@cache
def said(locale: str) -> dict[Word, str]:
    return {
        as_word(message): messages.translations(message)[0]
        for message in catalogue(locale)
        if message.id
    }


@cache
def catalogue(locale: str) -> Catalog:
    return messages.catalogue(locale)


def as_word(message: Message) -> Word:
    one, many = (message.id, "") if isinstance(message.id, str) else message.id
    return Word(one, many, message.context or "")


def holes(text: str) -> list[str]:
    return sorted(_HOLES.findall(text))


def test_each_language_that_members_may_choose_has_a_catalogue() -> None:
    others = [code for code, _name in settings.LANGUAGES if code != "en"]

    assert sorted(map(to_locale, others)) == sorted(LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_of_the_source_is_in_the_catalogue_and_no_other_is(
    locale: str,
) -> None:
    assert set(said(locale)) == set(words()), "run `python -m tests.messages`"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_is_translated_and_none_is_a_guess(locale: str) -> None:
    empty = [word.one for word, text in said(locale).items() if not text.strip()]
    guesses = [message.id for message in catalogue(locale) if message.fuzzy]

    assert (empty, guesses) == ([], [])


@pytest.mark.parametrize("locale", LOCALES)
def test_every_translation_fills_the_same_holes(locale: str) -> None:
    differ = [
        (word.one, text)
        for word, text in said(locale).items()
        if holes(text) != holes(word.many or word.one)
    ]

    assert differ == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_translation_is_written_in_the_script_of_its_language(
    locale: str,
) -> None:
    script = re.compile(f"[{_SCRIPTS[locale]}]")
    strange = [
        (word.one, text)
        for word, text in said(locale).items()
        if not script.search(text)
        and word.one not in _SAME_EVERYWHERE
        and re.search(r"[A-Za-z]", _HOLES.sub("", word.one))
    ]

    assert strange == []


@pytest.mark.parametrize("locale", LOCALES)
def test_one_form_does_for_every_number(locale: str) -> None:
    assert catalogue(locale).num_plurals == 1
    assert {len(messages.translations(message)) for message in catalogue(locale)} == {1}


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogue_is_as_the_command_writes_it(locale: str) -> None:
    path = messages.path_of(locale)

    fresh = messages.refreshed(messages.catalogue(locale), words())

    assert path.read_bytes() == messages.written(fresh), (
        "run `python -m tests.messages`"
    )


def test_words_are_found_in_templates_with_their_context_and_forms() -> None:
    found = messages.words_in(
        ".html",
        '{% translate "Close" context "a case" %}{{ x|default:_("None") }}'
        "{% blocktranslate count n=n trimmed %}\n one\n{% plural %}\n {{ n }} of\n"
        "{% endblocktranslate %}{% translate '95% sure' %}",
    )

    assert set(found) == {
        Word("Close", context="a case"),
        Word("None"),
        Word("one", "%(n)s of"),
        Word("95%% sure"),
    }


def test_words_are_found_in_code_whatever_the_mark_is_called_there() -> None:
    found = messages.words_in(
        ".py",
        "from django.utils.translation import gettext as _, gettext_lazy as lazy\n"
        "from django.utils.translation import ngettext, pgettext\n"
        'a = lazy("Late " "again"); b = f"{_(\'%d h\') % 2}"; c = print("Nothing")\n'
        'd = ngettext("one", "many", 2); e = pgettext("a case", "Close")\n',
    )

    assert set(found) == {
        Word("Late again"),
        Word("%d h"),
        Word("one", "many"),
        Word("Close", context="a case"),
    }
