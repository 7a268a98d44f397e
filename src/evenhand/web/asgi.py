"""What granian's worker processes serve: pages, and the streams of /live/."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application
from django.urls import reverse

from evenhand.web.serve.handler import Application, Pages
from evenhand.web.serve.parent import end_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.web.settings")
# granian's main process may be killed; its workers would keep the port for ever
end_with(os.getppid())
streams = get_asgi_application()
application = Application(pages=Pages(), streams=streams, path=reverse("live"))
