"""A scanner at the edge: it speaks clamd's INSTREAM and knows one test file."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# the test file that all scanners agree to find (EICAR), in two halves so that no
# scanner finds it here
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(slots=True)
class Scanner:
    """What was scanned so far; `largest` is clamd's StreamMaxLength."""

    address: str = ""
    largest: int = 10_000_000
    scanned: list[bytes] = field(default_factory=list)


@contextmanager
def a_scanner() -> Iterator[Scanner]:
    """Run the scanner on the loopback while the block lasts."""
    scanner = Scanner()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
                if len(content) > scanner.largest:
                    self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            scanner.scanned.append(content)
            found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
            self.wfile.write(b"stream: " + found + b"\0")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        # looked at often: its end is waited for
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        host, port = server.server_address[:2]
        scanner.address = f"{host!s}:{port}"
        yield scanner
        server.shutdown()
