"""What granian's worker processes serve: pages, and the streams of /live/."""

from __future__ import annotations

import os

import django

from evenhand.web.serve.parent import end_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.web.settings")
# granian's main process may be killed; its workers would keep the port for ever
end_with(os.getppid())
django.setup()

from evenhand.web.serve.handler import Pages  # noqa: E402 - it reads the settings

application = Pages()
