"""The first words with a server, before any library takes over: who is it, and STARTTLS."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from evenhand.channels.mailboxes.findings import Fault, Trouble, usual_port

# a server that is wanted elsewhere, by how it begins to speak
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"* OK", "imap"),
    (b"* PREAUTH", "imap"),
    (b"* BYE", "imap"),
    (b"+OK", "pop3"),
    (b"-ERR", "pop3"),
    (b"SSH-", "ssh"),
    (b"HTTP/", "http"),
    (b"220", "smtp"),
    (b"421", "smtp"),
    (b"554", "smtp"),
)
_TURNED_AWAY = (b"* BYE", b"-ERR", b"421", b"554")
# a command and how its success begins
_STARTTLS: Mapping[str, tuple[tuple[bytes, bytes], ...]] = {
    "imap": ((b"a1 STARTTLS\r\n", b"a1 OK"),),
    "pop3": ((b"STLS\r\n", b"+OK"),),
    "smtp": ((b"EHLO evenhand\r\n", b"250"), (b"STARTTLS\r\n", b"220")),
}
NAMES = {"imap": "IMAP", "pop3": "POP3", "smtp": "SMTP", "ftp": "FTP"}
LONGEST_LINE = 2000
MOST_LINES = 100


def shown(protocol: str) -> str:
    """Return a protocol's name as people write it."""
    return NAMES.get(protocol, protocol.upper())


def protocol_of(greeting: bytes) -> str:
    """Return which protocol begins like this, empty where none that we know does."""
    for beginning, protocol in _BEGINNINGS:
        if greeting.upper().startswith(beginning):
            is_ftp = protocol == "smtp" and b"FTP" in greeting.upper()
            return "ftp" if is_ftp else protocol
    return ""


def line_from(connection: socket.socket) -> bytes:
    """Return a line without its end; what there is of it where the server falls silent."""
    line = b""
    while not line.endswith(b"\n") and len(line) < LONGEST_LINE:
        try:
            letter = connection.recv(1)
        except TimeoutError:
            break
        if not letter:
            break
        line += letter
    return line.rstrip(b"\r\n")


def words(line: bytes) -> str:
    """Return a server's words as they can be shown on a page."""
    text = line.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()[:300]


def check_greeting(line: bytes, *, protocol: str, port: int, security: str) -> None:
    """Raise Trouble where a server greets that speaks another protocol, or no more."""
    spoken = protocol_of(line)
    if spoken != protocol:
        known = {
            "spoken": shown(spoken),
            "wanted": shown(protocol),
            "port": port,
            "usual": usual_port(protocol, security),
        }
        fault = Fault.SPEAKS_OTHER if spoken else Fault.SPEAKS_UNKNOWN
        raise Trouble(fault, said=words(line), **known)
    if line.upper().startswith(_TURNED_AWAY):
        raise Trouble(Fault.TURNED_AWAY, said=words(line))


def ask_for_tls(connection: socket.socket, *, protocol: str) -> None:
    """Ask for TLS on a connection that greeted; Trouble where the server has none."""
    for command, success in _STARTTLS[protocol]:
        connection.sendall(command)
        answer = _answer(connection, protocol=protocol)
        if not answer.upper().startswith(success.upper()):
            raise Trouble(Fault.STARTTLS_NOT_OFFERED, said=words(answer))


def _answer(connection: socket.socket, *, protocol: str) -> bytes:
    """Return the last line of an answer; untagged and continued lines come before it."""
    line = b""
    for _ in range(MOST_LINES):
        line = line_from(connection)
        more = line.startswith(b"* ") if protocol == "imap" else line[3:4] == b"-"
        if not more:
            break
    return line
