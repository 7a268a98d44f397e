"""What must hold before a process of the desk starts; each refusal is one clear line."""

from __future__ import annotations

import errno
import socket
import time

import psycopg
from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from evenhand.channels.smtp_tls import Certificate, UnusableCertificate
from evenhand.web.environment import HostAndPort

WRONG = 2
# A port may be held this long by a part that is just ending.
PORT_FREE_WITHIN = 3.0
CONNECT_WITHIN = 5


class NotReady(CommandError):
    """A process cannot start yet; the text says what to do first."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, returncode=WRONG)


def database_answers() -> None:
    """Raise NotReady where the database cannot be reached, with what it said."""
    try:
        if connection.vendor == "postgresql":
            _reach_postgresql()
        connection.ensure_connection()
    except (DatabaseError, psycopg.Error, OSError) as error:
        stored = connection.settings_dict
        host = f" at {stored['HOST']}" if stored["HOST"] else ""
        said = str(error).strip().partition("\n")[0]
        raise NotReady(
            f"the database {stored['NAME']}{host} does not answer: {said}."
            " EVENHAND_DATABASE_URL names it"
        ) from error


def migrations_are_applied() -> None:
    """Raise NotReady where the database is older than the program."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise NotReady(
            f"the database lacks {len(missing)} migrations, first"
            f" {missing[0][0]}; run: evenhand migrate"
        )


def port_is_free(
    address: HostAndPort, *, setting: str, within: float = PORT_FREE_WITHIN
) -> None:
    """Raise NotReady where another process holds the address still after a moment.

    Asked here, because the server shares a port with whoever allows it, and two desks
    would answer in turn.
    """
    until = time.monotonic() + within
    while True:
        problem = _cannot_listen(address)
        if problem is None:
            return
        if problem != errno.EADDRINUSE or time.monotonic() >= until:
            break
        time.sleep(0.1)
    raise NotReady(
        f"cannot listen on {address.host}:{address.port}:"
        f" {errno_words(problem)}. {setting} names it"
    )


def certificate_is_usable() -> None:
    """Raise NotReady where the mail receiver has a certificate that it cannot use."""
    if settings.SMTP_TLS_FILES is None:
        return
    try:
        Certificate(*settings.SMTP_TLS_FILES)
    except UnusableCertificate as error:
        raise NotReady(
            f"mail cannot be received over TLS: {error}. EVENHAND_SMTP_TLS_CERTIFICATE"
            " and EVENHAND_SMTP_TLS_KEY name the files"
        ) from error


def errno_words(problem: int) -> str:
    """Return why an address cannot be had, as a person would say it."""
    words = {
        errno.EADDRINUSE: "another process does",
        errno.EACCES: "this user may not",
        errno.EADDRNOTAVAIL: "this machine has no such address",
    }
    return words.get(problem, f"the system says error {problem}")


def let_go_of_the_database() -> None:
    """Close all connections, so that a process about to fork shares none with its child."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone


def _reach_postgresql() -> None:
    # Beside the pool, which would try for twenty seconds before it says why.
    parameters = connection.get_connection_params()
    parameters.pop("pool", None)
    psycopg.connect(**{"connect_timeout": CONNECT_WITHIN, **parameters}).close()


def _cannot_listen(address: HostAndPort) -> int | None:
    """Return the system's error number for listening there, None where it works."""
    try:
        found = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, kind, protocol, _, where = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
            probe.listen(1)
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return None
