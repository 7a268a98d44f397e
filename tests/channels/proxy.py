"""A line to a server that breaks when told to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Line:
    """Passes bytes to a port of the loopback; `cut_after` are those of each answer.

    Once a connection has brought so many bytes from the server it is cut. A number
    above zero in `cuts` limits how many connections are cut at all.
    """

    to: int
    cut_after: int = 2**62
    cuts: int = 0
    was_cut: int = 0
    port: int = 0
    # words of the client that the server gets to hear otherwise
    misheard: tuple[bytes, bytes] = (b"\0", b"\0")
    _open: list[socket.socket] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                here, _ = listener.accept()
                there = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            self._open += [here, there]
            for source, target, answers in ((here, there, False), (there, here, True)):
                threading.Thread(
                    target=self._pass, args=(source, target, answers), daemon=True
                ).start()

    def cut(self) -> None:
        """Break all connections now."""
        for one in self._open:
            _hang_up(one)

    def _pass(
        self, source: socket.socket, target: socket.socket, answers: bool
    ) -> None:
        passed = 0
        with suppress(OSError):
            while data := source.recv(4096):
                target.sendall(data if answers else data.replace(*self.misheard))
                passed += len(data) if answers else 0
                if passed > self.cut_after and self.was_cut < (self.cuts or 2**62):
                    self.was_cut += 1
                    break
        _hang_up(source)
        _hang_up(target)


def _hang_up(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def a_line(*, to: int, cut_after: int = 2**62, cuts: int = 0) -> Iterator[Line]:
    """Listen on a free port, and pass on what comes there."""
    line = Line(to, cut_after, cuts)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line.port = listener.getsockname()[1]
        thread = threading.Thread(target=line.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield line
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            line.cut()
            thread.join(timeout=30)
