from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "evenhand.ledger"
    label = "ledger"
