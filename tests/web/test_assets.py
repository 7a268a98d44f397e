"""The build hook: what it builds from, when it has nothing to do, translations."""

from __future__ import annotations

import gettext
from pathlib import Path

import hatch_build

PO = """
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Inbox"
msgstr "收件箱"
"""


def a_project(root: Path) -> Path:
    (root / "frontend/src").mkdir(parents=True)
    (root / "frontend/package-lock.json").write_text("{}")
    (root / "frontend/src/app.css").write_text("body {}")
    (root / "frontend/node_modules/left").mkdir(parents=True)
    templates = root / "src/evenhand/room/templates/room"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text('<p class="mt-2">')
    return root


def test_the_inputs_are_the_front_end_and_every_page_but_no_installed_package(
    tmp_path: Path,
) -> None:
    root = a_project(tmp_path)
    (root / "frontend/node_modules/left/index.js").write_text("1")

    found = {
        path.relative_to(root).as_posix() for path in hatch_build.inputs(root=root)
    }

    assert found == {
        "frontend/package-lock.json",
        "frontend/src/app.css",
        "src/evenhand/room/templates/room/page.html",
    }


def test_a_new_class_in_a_page_asks_for_a_new_build(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    before = hatch_build.inputs_hash(root=root)

    page = root / "src/evenhand/room/templates/room/page.html"
    page.write_text('<p class="mt-3">')

    assert hatch_build.inputs_hash(root=root) != before


def test_nothing_is_built_twice_from_the_same_inputs(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    dist = root / "src/evenhand/web/static/dist"
    dist.mkdir(parents=True)
    (dist / hatch_build.STAMP).write_text(hatch_build.inputs_hash(root=root))

    built = hatch_build.build_assets(root=root)

    assert not built
    assert [path.name for path in dist.iterdir()] == [hatch_build.STAMP]


def test_a_translation_is_compiled_once_and_again_when_it_changed(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "src/evenhand/web/locale/zh_Hans/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")

    first = hatch_build.compile_translations(root=tmp_path)
    second = hatch_build.compile_translations(root=tmp_path)

    with (folder / "django.mo").open("rb") as readable:
        words = gettext.GNUTranslations(readable)
    assert first == [folder / "django.mo"]
    assert second == []
    assert words.gettext("Inbox") == "收件箱"
