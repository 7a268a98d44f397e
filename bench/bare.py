"""`python bench/bare.py HOST PORT`: a bare Django page with fifty rows, under granian.

No sessions, no middleware, one query, one template: the floor for a page of the desk.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

if not settings.configured:
    from evenhand.web.environment import Environment, database  # the same database

    environment = Environment()
    folder = environment.folder("EVENHAND_DATA_FOLDER", "./data")
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database(environment, folder=folder)},
        ROOT_URLCONF=__name__,
        SECRET_KEY="x" * 50,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
    )
    django.setup()

PAGE = """<!DOCTYPE html><html lang="en"><title>Cases</title><table>
{% for pk, subject, kind, opened in rows %}<tr><td>{{ pk }}</td><td>{{ subject }}</td>
<td>{{ kind }}</td><td>{{ opened }}</td></tr>{% endfor %}</table></html>"""
QUERY = 'SELECT id, subject, kind, opened_at FROM "case" ORDER BY id DESC LIMIT 50'


def page(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(QUERY)
        rows = cursor.fetchall()
    return HttpResponse(engines["django"].from_string(PAGE).render({"rows": rows}))


urlpatterns = [path("", page)]
application = get_asgi_application()


def main() -> None:
    from granian import Granian  # noqa: PLC0415 - the workers do not need it
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415 - nor this

    os.chdir(Path(__file__).resolve().parent)
    Granian(
        "bare:application",
        address=sys.argv[1],
        port=int(sys.argv[2]),
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        backpressure=2000,
        log_enabled=False,
    ).serve()


if __name__ == "__main__":
    main()
