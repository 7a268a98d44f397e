"""What granian's worker processes serve: Django's pages and the streams of /live/."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from evenhand.web.serve.parent import end_with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.web.settings")
# granian's main process may be killed; its workers would keep the port for ever
end_with(os.getppid())
application = get_asgi_application()
