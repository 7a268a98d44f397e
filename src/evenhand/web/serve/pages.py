"""The web part: granian with the desk's ASGI application."""

from __future__ import annotations

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from evenhand.web.environment import HostAndPort

# Open live streams count as requests at work: this many for each worker process.
STREAMS = 2000
END_WITHIN = 5


def serve_pages(*, listen: HostAndPort, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; a worker process that dies starts again."""
    Granian(
        "evenhand.web.asgi:application",
        address=listen.host,
        port=listen.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        workers=workers,
        backlog=2048,
        backpressure=STREAMS,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=END_WITHIN,
    ).serve()
