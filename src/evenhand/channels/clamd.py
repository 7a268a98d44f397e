"""Ask a ClamAV daemon about a file, over its INSTREAM command.

The protocol is a dozen lines (the manual page clamd(8)): the command, pieces each with
their length before them, an empty piece, then one answer. The Python clients for it are
under the GPL or no longer kept, so we speak it ourselves.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO

TIMEOUT = 60.0
PIECE = 2**16
MOST_ANSWER = 4096


class ScannerDown(Exception):
    """The scanner cannot be reached or hangs up; nothing is known of the file."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said: clean, or what it found, or why it could not tell."""

    clean: bool
    found: str = ""
    error: str = ""


def scan(file: BinaryIO, *, scanner: str, timeout: float = TIMEOUT) -> Verdict:
    """Send the file in pieces to `host:port` or a socket's path and return the answer."""
    try:
        with _connected(scanner, timeout=timeout) as link:
            answer = _asked(link, file)
    except OSError as error:
        raise ScannerDown(f"{scanner}: {error}") from error
    return _read(answer)


def _connected(scanner: str, *, timeout: float) -> socket.socket:
    if not scanner.startswith("/"):
        host, _, port = scanner.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=timeout)
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(timeout)
    try:
        link.connect(scanner)
    except OSError:
        link.close()
        raise
    return link


def _asked(link: socket.socket, file: BinaryIO) -> str:
    """Send all, then read; a scanner that had enough answers first and hangs up."""
    try:
        link.sendall(b"zINSTREAM\0")
        while piece := file.read(PIECE):
            link.sendall(struct.pack("!L", len(piece)) + piece)
        link.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # its answer, such as a size limit, may be waiting
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < MOST_ANSWER:
        piece = link.recv(MOST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace").strip()


def _read(answer: str) -> Verdict:
    """Read `stream: OK`, `stream: NAME FOUND` or `WHY ERROR`."""
    words = answer.removeprefix("stream:").strip()
    if words == "OK":
        return Verdict(clean=True)
    if words.endswith(" FOUND"):
        return Verdict(clean=False, found=words.removesuffix(" FOUND")[:200])
    if words.endswith("ERROR"):
        return Verdict(
            clean=False, error=words.removesuffix("ERROR").strip(" .")[:200] or words
        )
    raise ScannerDown(f"an answer that is none: {answer[:80]!r}")
