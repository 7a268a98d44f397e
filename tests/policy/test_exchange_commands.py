"""The commands that bring tables of other systems in, and pages out."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from evenhand.policy.loading import load
from tests.policy.test_zen_import import a_row, a_table

PAGE = Path(__file__).resolve().parents[2] / "policies" / "returns.md"


def _graph(folder: Path, *rules: dict[str, str]) -> Path:
    file = folder / "shop.json"
    file.write_text(json.dumps({"nodes": [a_table(*rules)]}), encoding="utf-8")
    return file


def test_import_writes_a_page_and_lists_what_did_not_come_over(tmp_path: Path) -> None:
    file = _graph(tmp_path, a_row("> 5, < 9", "'a' + name"), a_row("", "'b'"))
    out = StringIO()

    call_command("policy_import", file, "--as", "zen", "--to", tmp_path, stdout=out)

    page = tmp_path / "shop-fees.md"
    lines = out.getvalue().splitlines()
    assert load(page.read_text("utf-8")).policy.head.policy == "shop-fees"
    assert lines[0] == f"{page}: 2 rows"
    assert lines[1].startswith("  left out: table fees, row 1, column Fee: 'a' + name")
    assert lines[2].startswith("  in other words: table fees, row 1, column Amount")


def test_import_writes_over_nothing(tmp_path: Path) -> None:
    file = _graph(tmp_path, a_row("", "1"))
    page = tmp_path / "shop-fees.md"
    page.write_text("mine", encoding="utf-8")

    with pytest.raises(CommandError, match="is there already") as refused:
        call_command("policy_import", file, "--as", "zen", "--to", tmp_path)

    assert refused.value.returncode == 2
    assert page.read_text("utf-8") == "mine"


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    file = _graph(tmp_path, a_row("", "1"))

    with pytest.raises(CommandError, match="not XML") as refused:
        call_command("policy_import", file, "--as", "dmn", "--to", tmp_path)

    assert refused.value.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["shop.json"]


def test_a_page_goes_out_and_comes_back_by_commands(tmp_path: Path) -> None:
    model, out, err = tmp_path / "returns.dmn", StringIO(), StringIO()

    call_command("policy_export", PAGE, "--as", "dmn", "--to", model, stderr=err)
    call_command("policy_import", model, "--as", "dmn", "--to", tmp_path, stdout=out)

    assert "left out: Never" in err.getvalue()
    assert "left out" not in out.getvalue()
    assert len(list(tmp_path.glob("*.md"))) == out.getvalue().count(" rows")


def test_a_faulty_page_is_not_exported(tmp_path: Path) -> None:
    page, target = tmp_path / "page.md", tmp_path / "page.dmn"
    page.write_text("# no head", encoding="utf-8")

    with pytest.raises(CommandError, match="no head") as refused:
        call_command("policy_export", page, "--as", "dmn", "--to", target)

    assert refused.value.returncode == 2
    assert not target.exists()
