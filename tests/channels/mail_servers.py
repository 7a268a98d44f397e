"""Tiny servers on the loopback that greet, fall silent or speak TLS as a test wants."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Talk = Callable[[socket.socket], None]


def says(*lines: bytes) -> Talk:
    """Greet with the first line and answer each further line of the other side in turn."""

    def talk(connection: socket.socket) -> None:
        reader = connection.makefile("rb")
        for line in lines:
            connection.sendall(line)
            if not reader.readline():
                return

    return talk


def says_nothing(connection: socket.socket) -> None:
    """Take the connection and wait until the other side is gone."""
    while connection.recv(1000):
        pass


def answers_as_the_web_does(connection: socket.socket) -> None:
    """Greet nobody; answer whatever is said, TLS too, with a page of the web."""
    if connection.recv(1000):
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def drips(connection: socket.socket) -> None:
    """Send a letter now and then and never end the line."""
    for _ in range(600):
        connection.sendall(b"*")
        if threading.Event().wait(0.1):
            return


@contextmanager
def a_server(
    talk: Talk, *, certificate: tuple[Path, Path] | None = None
) -> Iterator[int]:
    """Run a server that talks so with whoever comes; give its port."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    listening = socket.create_server(("127.0.0.1", 0))
    threading.Thread(
        target=_serve, args=(listening, talk, context), daemon=True
    ).start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _serve(
    listening: socket.socket, talk: Talk, context: ssl.SSLContext | None
) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(
            target=_talk, args=(connection, talk, context), daemon=True
        ).start()


def _talk(
    connection: socket.socket, talk: Talk, context: ssl.SSLContext | None
) -> None:
    try:
        if context is not None:
            connection = context.wrap_socket(connection, server_side=True)
        talk(connection)
    except OSError:
        pass
    finally:
        connection.close()
