"""`make messages`: bring the catalogues of the desk's words up to date with the source.

New words are added without a translation and words that are gone are taken out; what
is translated stays. It needs no gettext on the machine, and the guard of the
catalogues (tests/guards/test_translations.py) finds the words in the same way.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "evenhand"
FOLDER = SOURCE / "web" / "locale"
TRANSLATORS = "django.utils.translation"
SENTENCES = "evenhand.policy.saying"
LOCALES = ("ja", "th", "zh_Hans")
HEADER = "# The words of the desk. `make messages` keeps this file up to date."
# Each mark with what its first arguments are.
ARGUMENTS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_"), ("one",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("one", "many")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "one")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "one", "many")),
}
# What Django makes of the marks in a template: calls with literals.
_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_TEXT}(?:\s*,\s*{_TEXT})*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or sentence to translate; `many` is its form for several, if it counts."""

    one: str
    many: str = ""
    context: str = ""

    @property
    def key(self) -> str | tuple[str, str]:
        """The id as a catalogue has it."""
        return (self.one, self.many) if self.many else self.one


def words_in_source() -> dict[Word, list[str]]:
    """Return every word that the source marks, with the files that show it."""
    found: dict[Word, set[str]] = defaultdict(set)
    for path in sorted(SOURCE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "static" in path.parts:
            continue
        for word in words_in(path.suffix, path.read_text(encoding="utf-8")):
            found[word].add(path.relative_to(SOURCE).as_posix())
    return {word: sorted(files) for word, files in found.items()}


def words_in(suffix: str, text: str) -> Iterator[Word]:
    """Return the words that one file marks: a Python file or a template."""
    return _in_python(text) if suffix == ".py" else _in_template(text)


def _in_python(text: str) -> Iterator[Word]:
    tree = ast.parse(text)
    marks = _marks_in(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = [a.value for a in node.args if isinstance(a, ast.Constant)]
            texts = [value for value in given if isinstance(value, str)]
            names = ARGUMENTS.get(marks.get(node.func.id, ""), ())
            if names and len(texts) >= len(names):
                yield Word(**dict(zip(names, texts, strict=False)))


def _marks_in(tree: ast.Module) -> dict[str, str]:
    """Return the marks by the names that a file gives them: `_`, `lazy` and so on."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATORS:
            names |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == SENTENCES:
            # the policy room knows nothing of Django either
            names |= {
                a.asname or a.name: "gettext_noop" for a in node.names if a.name == "_"
            }
        elif isinstance(node, ast.FunctionDef) and node.name == "gettext_noop":
            # the coach knows nothing of Django: it marks its words with a name alone
            names |= {"_": "gettext_noop"}
    return names


def _in_template(text: str) -> Iterator[Word]:
    for call in _CALL.finditer(templatize(text)):
        texts = ast.literal_eval(f"({call[2]},)")
        yield Word(**dict(zip(ARGUMENTS[call[1]], texts, strict=False)))


def path_of(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "django.po"


def catalogue(locale: str) -> Catalog:
    """Read one catalogue; an empty one where there is none yet."""
    path = path_of(locale)
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as readable:
        return read_po(readable, locale=locale)


def refreshed(old: Catalog, words: dict[Word, list[str]]) -> Catalog:
    """Return a catalogue of exactly these words, with what was translated of them."""
    new = Catalog(locale=old.locale, header_comment=HEADER, fuzzy=False)
    for word, files in words.items():
        known = old.get(word.one, context=word.context or None)
        said = translations(known)[0] if known and not known.fuzzy else ""
        new.add(
            word.key,
            (said,) if word.many else said,
            locations=[(file, 0) for file in files],
            context=word.context or None,
        )
    return new


def translations(message: Message) -> tuple[str, ...]:
    """Return the translation for each number; our three languages have one for all."""
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ())


def written(catalogue: Catalog) -> bytes:
    """Write a catalogue in one order, without dates and line numbers that change."""
    buffer = BytesIO()
    header = f'{HEADER}\nmsgid ""\nmsgstr ""\n' + "".join(
        f'"{name}: {value}\\n"\n'
        for name, value in (
            ("Project-Id-Version", "Evenhand"),
            ("Language", catalogue.locale_identifier),
            ("Plural-Forms", catalogue.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        )
    )
    write_po(
        buffer,
        catalogue,
        width=0,
        omit_header=True,
        sort_output=True,
        include_lineno=False,
    )
    return header.encode() + b"\n" + buffer.getvalue()


def main() -> None:
    words = words_in_source()
    for locale in LOCALES:
        path = path_of(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = refreshed(catalogue(locale), words)
        path.write_bytes(written(new))
        missing = sum(1 for m in new if m.id and not all(translations(m)))
        sys.stdout.write(f"{locale}: {len(new)} words, {missing} to translate\n")


if __name__ == "__main__":
    main()
