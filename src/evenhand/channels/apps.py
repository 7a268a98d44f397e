from __future__ import annotations

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "evenhand.channels"
    label = "channels"
    verbose_name = "Channels"
