"""The head of a page: TOML between two +++ lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from typing import Any

from evenhand.policy import limits
from evenhand.policy.errors import Faults
from evenhand.policy.glossary import read_words
from evenhand.policy.kinds import Rounding
from evenhand.policy.saying import _
from evenhand.policy.sections import Words, too_long_a_title
from evenhand.policy.tree import Head

_ABOUT = ("policy", "version", "title", "language", "jurisdiction", "source")
_TOP = (*_ABOUT, "reviewed_by", "reviewed_on", "effective", "money", "titles", "words")
_EFFECTIVE = ("from", "to", "judged_on")
_MONEY = ("currency", "currency_from", "rounding", "base")
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
Fields = dict[str, Any]


def read_head(head: Words, title: str, faults: Faults) -> Head:
    """Read the head; PolicyError at once where the rest could not be read without."""
    data = _toml(head, faults)
    add = _adder(head, faults)
    _known_keys(data, _TOP, add)
    effective = _section(data, "effective", _EFFECTIVE, add)
    money = _section(data, "money", _MONEY, add)
    for needed in ("policy", "version"):
        if not data.get(needed):
            add(
                needed,
                _("the head has no {needed}", needed=needed),
                _('write {needed} = "…"', needed=needed),
            )
    read = Head(
        policy=_text(data, "policy", add),
        version=_text(data, "version", add),
        title=_title(data, add) or title,
        titles=_titles(data, add),
        words=read_words(data.get("words", {}), add),
        language=_text(data, "language", add) or "en",
        from_on=_day(effective, "from", add),
        to_on=_day(effective, "to", add),
        judged_on=_text(effective, "judged_on", add),
        currency=_currency(money, add),
        currency_from=_text(money, "currency_from", add),
        rounding=_rounding(money, add),
        base=_text(money, "base", add),
        jurisdiction=_texts(data, "jurisdiction", add),
        source=_texts(data, "source", add),
        reviewed_by=_text(data, "reviewed_by", add),
        reviewed_on=_day(data, "reviewed_on", add),
    )
    if read.from_on and read.to_on and read.to_on < read.from_on:
        add("to", _("the page ends before it begins"), _("to is the last day it holds"))
    return read


Add = Callable[[str, str, str], None]


def _adder(head: Words, faults: Faults) -> Add:
    return partial(blame_head, head, faults)


def blame_head(head: Words, faults: Faults, key: str, what: str, instead: str) -> None:
    """Add a fault at the line of the head that sets this key, or at its first."""
    for number, line in enumerate(head.text.split("\n"), head.line):
        if line.replace(" ", "").startswith(_settings_of(key)):
            faults.add(number, line.index(line.strip()) + 1, what, instead)
            return
    faults.add(head.line, 1, what, instead)


def _settings_of(key: str) -> tuple[str, ...]:
    """Return how a line of a head begins that sets a key, but for its spaces."""
    key = key.replace(" ", "")
    return (f"{key}=", f'"{key}"=', f"'{key}'=", f"[{key}]", f"[[{key}]]")


def _toml(head: Words, faults: Faults) -> Fields:
    if len(head.text) > limits.HEAD_CHARACTERS:
        most = _(
            "at most {head_characters} characters are allowed",
            head_characters=limits.HEAD_CHARACTERS,
        )
        faults.add(head.line, 1, _("the head is too long"), most)
        faults.stop_if_any()
    try:
        return tomllib.loads(head.text)
    except (ValueError, RecursionError) as error:  # bad TOML, endless digits, depth
        said, place = _placed(str(error))
        line, column = head.line + place[0] - 1, place[1]
        what = _("the head is not TOML: {said}", said=said)
        faults.add(line, column, what, _('write name = "text"'))
        faults.stop_if_any()
        raise


def _placed(error: str) -> tuple[str, tuple[int, int]]:
    """Take the line and column out of what the reader of TOML says, if it says them."""
    match = _TOML_PLACE.search(error)
    if match is None:
        return error, (1, 1)
    return error[: match.start()].strip(), (int(match[1]), int(match[2]))


def _known_keys(data: Mapping[str, object], known: tuple[str, ...], add: Add) -> None:
    for key in data:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            form = (
                _("did you mean {value}?", value=near[0])
                if near
                else _("known: {value}", value=", ".join(known))
            )
            add(key, _("{key} is not a field of the head", key=key), form)


def _section(data: Fields, name: str, known: tuple[str, ...], add: Add) -> Fields:
    section = data.get(name, {})
    if not isinstance(section, dict):
        add(
            name,
            _("{name} is not a section", name=name),
            _("write [{name}] on a line", name=name),
        )
        return {}
    _known_keys(section, known, add)
    return section


def _title(data: Fields, add: Add) -> str:
    title = _text(data, "title", add)
    if len(title) > limits.TITLE_CHARACTERS:
        add("title", *too_long_a_title())
    return title


def _titles(data: Fields, add: Add) -> Mapping[str, str]:
    """Read the titles in other languages: `zh = "退货"` under [titles]."""
    titles = data.get("titles", {})
    texts = titles.items() if isinstance(titles, dict) else [("titles", titles)]
    if isinstance(titles, dict) and all(isinstance(one, str) for _, one in texts):
        for language, one in texts:
            if len(one) > limits.TITLE_CHARACTERS:
                add(language, *too_long_a_title())
        return dict(titles)
    wrong = next(
        key
        for key, one in texts
        if not isinstance(titles, dict) or not isinstance(one, str)
    )
    add(
        wrong,
        _("{wrong} is not a title", wrong=wrong),
        _('write zh = "…" under [titles]'),
    )
    return {}


def _text(data: Fields, key: str, add: Add) -> str:
    value = data.get(key, "")
    if isinstance(value, str):
        return value
    add(key, _("{key} is not a text", key=key), _('write {key} = "…"', key=key))
    return ""


def _texts(data: Fields, key: str, add: Add) -> tuple[str, ...]:
    value = data.get(key, [])
    value = [value] if isinstance(value, str) else value
    if isinstance(value, list) and all(isinstance(text, str) for text in value):
        return tuple(value)
    add(
        key,
        _("{key} is not a list of texts", key=key),
        _('write {key} = ["…", "…"]', key=key),
    )
    return ()


def _day(data: Fields, key: str, add: Add) -> date | None:
    value = data.get(key)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    add(
        key,
        _("{key} is not a day", key=key),
        _("write {key} = 2026-03-01, without quotes", key=key),
    )
    return None


def _currency(money: Fields, add: Add) -> str:
    code = _text(money, "currency", add)
    if code and not (len(code) == 3 and code.isascii() and code.isupper()):
        add(
            "currency",
            _("{code} is not a currency code", code=code),
            _('write currency = "EUR"'),
        )
        return ""
    return code


def _rounding(money: Fields, add: Add) -> Rounding:
    word = _text(money, "rounding", add) or Rounding.HALF_UP
    try:
        return Rounding(word)
    except ValueError:
        known = ", ".join(Rounding)
        add(
            "rounding",
            _("{word} is not a way of rounding", word=word),
            _("write one of {known}", known=known),
        )
        return Rounding.HALF_UP
