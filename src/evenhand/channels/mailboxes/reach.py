"""Find a mail server by its name, and open a connection to it, all in bounded time."""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

from evenhand.channels.mailboxes.findings import PORTS, Fault, Trouble
from evenhand.channels.mailboxes.providers import customary_hosts, nearest_host

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Where clouds tell their machines secrets; link-local ones are refused as a whole.
METADATA = frozenset(
    map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254", "192.0.0.192"))
)
# the longest that asking beside the point may take, such as for the usual ports
ASIDE_SECONDS = 1.5
_HOST = re.compile(r"(?!-)[\w.-]{1,253}(?<!-)\.?", re.ASCII)


class Watch:
    """How long one step and all of them may take; when all is over, it hangs up.

    A server that sends a letter now and then renews every wait of a socket, so a timer
    cuts the connection that was given to `hold`.
    """

    def __init__(self, *, step: float = 8.0, total: float = 20.0) -> None:
        self.step = step
        self._ends = monotonic() + total
        self._held: socket.socket | None = None
        self._timer = threading.Timer(total, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    @property
    def is_over(self) -> bool:
        """Whether the time for all steps has passed."""
        return monotonic() >= self._ends

    @property
    def left(self) -> float:
        """How many seconds the next wait may take."""
        return max(0.05, min(self.step, self._ends - monotonic()))

    def hold(self, connection: socket.socket) -> None:
        """Cut this connection when the time is over."""
        self._held = connection
        connection.settimeout(self.left)

    def _cut(self) -> None:
        if self._held is not None:
            try:
                self._held.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


Found = TypeVar("Found")


def in_time(what: Callable[[], Found], *, seconds: float) -> Found:
    """Return what a call returns; TimeoutError where it takes longer.

    For the resolver of names, which knows no time limit: its thread ends by itself.
    """
    kept: queue.Queue[Callable[[], Found]] = queue.Queue(1)

    def run() -> None:
        try:
            found = what()
        except (OSError, UnicodeError) as error:
            failed = error
            kept.put(lambda: _raise(failed))
        else:
            kept.put(lambda: found)

    threading.Thread(target=run, daemon=True).start()
    try:
        return kept.get(timeout=seconds)()
    except queue.Empty as late:
        raise TimeoutError from late


def _raise(error: Exception) -> Any:
    raise error


def is_refused(address: Address) -> bool:
    """Whether the desk connects to nobody there.

    Loopback and private networks are a small shop's own server. A link-local address
    or a metadata service belongs to the machine's surroundings and is no mail server.
    """
    plain = getattr(address, "ipv4_mapped", None) or address
    return (
        plain.is_link_local
        or plain.is_multicast
        or plain.is_unspecified
        or plain in METADATA
    )


def addresses_of(host: str, *, protocol: str, watch: Watch) -> list[Address]:
    """Return the addresses of a name or of an address that was typed; Trouble if none.

    A name that nobody knows is compared with the known servers and with what servers
    are called by custom, so that a slip is answered with the right name.
    """
    check_name(host)
    try:
        found = in_time(lambda: _resolved(host), seconds=watch.left)
    except TimeoutError as late:
        raise Trouble(Fault.NO_NAME_SERVER, host=host) from late
    except (socket.gaierror, UnicodeError) as error:
        raise _unknown(host, error, protocol=protocol, watch=watch) from error
    refused = [address for address in found if is_refused(address)]
    if refused or not found:
        shown = refused[0] if refused else host
        raise Trouble(Fault.ADDRESS_REFUSED, host=host, address=shown)
    return found


def check_name(host: str) -> None:
    """Raise Trouble for what is no name, and for an address nobody connects to."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if not _HOST.fullmatch(host):
            raise Trouble(Fault.NAME_MALFORMED, host=host) from None
        return
    if is_refused(address):
        raise Trouble(Fault.ADDRESS_REFUSED, host=host, address=host)


def _resolved(host: str) -> list[Address]:
    infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    # fe80::1%eth0 names its link; the address is what counts
    texts = dict.fromkeys(str(info[4][0]).partition("%")[0] for info in infos)
    return [ipaddress.ip_address(text) for text in texts]


def _unknown(host: str, error: Exception, *, protocol: str, watch: Watch) -> Trouble:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return Trouble(Fault.NO_NAME_SERVER, host=host)
    near = nearest_host(host, protocol=protocol)
    for other in () if near else customary_hosts(host, protocol=protocol):
        if not watch.is_over and _is_known(other):
            near = other
            break
    return Trouble(Fault.NAME_UNKNOWN, host=host, near=near or "")


def _is_known(host: str) -> bool:
    try:
        return bool(in_time(lambda: _resolved(host), seconds=ASIDE_SECONDS))
    except (OSError, UnicodeError):
        return False


def connect(
    addresses: Sequence[Address], port: int, *, protocol: str, watch: Watch
) -> socket.socket:
    """Return a connection to the first address that takes one; Trouble where none does.

    Where the port is closed, the protocol's own ports are tried, to name the open one.
    """
    error: OSError = TimeoutError()
    for address in addresses[:4]:
        try:
            connection = socket.create_connection((str(address), port), watch.left)
        except OSError as failed:
            error = failed
        else:
            watch.hold(connection)
            return connection
    if isinstance(error, ConnectionRefusedError):
        open_one = _open_port(addresses[0], port, protocol=protocol)
        raise Trouble(Fault.PORT_CLOSED, port=port, open=open_one) from error
    if isinstance(error, TimeoutError):
        raise Trouble(Fault.PORT_SILENT, port=port) from error
    said = error.strerror or str(error)
    raise Trouble(Fault.NO_ROUTE, address=addresses[0], said=said) from error


def _open_port(address: Address, port: int, *, protocol: str) -> str:
    """Return the protocol's port that is open there, empty where none is."""
    usual = {at for (name, _), at in PORTS.items() if name == protocol} - {port}
    for other in sorted(usual, reverse=True):
        try:
            socket.create_connection((str(address), other), ASIDE_SECONDS).close()
        except OSError:
            continue
        return str(other)
    return ""
