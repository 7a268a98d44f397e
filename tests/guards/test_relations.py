"""Relations between tables obey the order of imports, which import-linter cannot see."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parents[2]


def rank_of_rooms() -> dict[str, int]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        room.strip(" ()"): rank
        for rank, layer in enumerate(reversed(layers))
        for room in layer.split("|")
    }


def broken_relations(models_of_rooms: list[type[models.Model]]) -> list[str]:
    rank = rank_of_rooms()
    broken = []
    for model in models_of_rooms:
        room = model._meta.app_label
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if field.remote_field is None or room not in rank:
                continue
            target = field.remote_field.model._meta.app_label
            if target == room or target not in rank:
                continue
            if rank[target] >= rank[room]:
                broken.append(f"{field} points up, to {target}")
            if not field.remote_field.hidden:
                broken.append(f"{field} leaves a name on {target}: related_name='+'")
    return broken


def test_a_table_points_only_to_lower_rooms_and_leaves_no_name_behind() -> None:
    assert broken_relations(apps.get_models()) == []


def test_the_guard_sees_a_relation_that_points_up() -> None:
    class Wrong(models.Model):  # noqa: DJ008 - it is never shown
        case = models.ForeignKey("cases.Case", models.PROTECT, related_name="wrongs")

        class Meta:
            app_label = "ledger"
            managed = False

    try:
        assert broken_relations([Wrong]) == [
            "ledger.Wrong.case points up, to cases",
            "ledger.Wrong.case leaves a name on cases: related_name='+'",
        ]
    finally:
        del apps.all_models["ledger"]["wrong"]
        apps.clear_cache()


def test_every_table_has_a_name_of_its_own() -> None:
    named_by_django = [
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("evenhand.")
        and "db_table" not in model._meta.original_attrs
    ]

    assert named_by_django == []
