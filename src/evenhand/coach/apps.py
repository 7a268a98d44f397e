from __future__ import annotations

from django.apps import AppConfig


class CoachConfig(AppConfig):
    name = "evenhand.coach"
    label = "coach"
