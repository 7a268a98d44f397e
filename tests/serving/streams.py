"""A reader of `/live/` as a browser is one."""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import socket
import threading
from typing import Any

from django.conf import settings
from django.test import Client

from evenhand.staff.models import Member


class Stream:
    """Reads events in a thread; `id` is what a browser would send to go on after a cut."""

    def __init__(
        self, address: str, *, client: Client, after: str = "", path: str = "/live/"
    ) -> None:
        host, _, port = address.rpartition(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=60)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
        if after:
            headers["Last-Event-ID"] = after
        self._connection.request("GET", path, headers=headers)
        self._socket = self._connection.sock
        self.response = self._connection.getresponse()
        self.id = ""
        self.ended = threading.Event()
        self.opened = threading.Event()
        self._events: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        # the first words say from where on events come; what happens now is heard
        assert self.opened.wait(60)

    def next(self, *, within: float = 60.0) -> tuple[str, dict[str, Any]]:
        """The next event's name and data."""
        return self._events.get(timeout=within)

    def kinds(self, many: int) -> list[str]:
        """The ledger kinds of the next events."""
        return [self.next()[1]["kind"] for _ in range(many)]

    def is_silent(self, *, for_: float = 1.0) -> bool:
        try:
            self._events.get(timeout=for_)
        except queue.Empty:
            return True
        return False

    def close(self) -> None:
        """Cut the line, as a lost network does."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(30)
        self.response.close()
        self._connection.close()

    def _read(self) -> None:
        name, data = "message", ""
        try:
            while line := self.response.readline().decode():
                field, _, value = line.rstrip("\n").partition(": ")
                if field == "id":
                    self.id = value
                    self.opened.set()
                elif field == "event":
                    name = value
                elif field == "data":
                    data = value
                elif not field and data:
                    self._events.put((name, json.loads(data)))
                    name, data = "message", ""
        except (OSError, ValueError, http.client.HTTPException, AttributeError):
            pass
        self.opened.set()
        self.ended.set()


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client
