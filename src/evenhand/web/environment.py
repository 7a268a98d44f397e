"""Read `EVENHAND_*` settings so that a wrong value stops the start and says how to mend it."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from evenhand.kernel.working_time import zone_named

TRUE = {"1", "yes", "true", "on"}
FALSE = {"0", "no", "false", "off"}


class WrongSetting(Exception):
    """A setting cannot be used; the text names it, its problem and a good example."""

    def __init__(self, *, name: str, problem: str, example: str) -> None:
        super().__init__(f"{name} {problem}. For example: {name}={example}")
        self.name = name


@dataclass(frozen=True, slots=True)
class HostAndPort:
    host: str
    port: int


def page_address(listen: HostAndPort) -> str:
    """Return the address under which this machine reaches pages served there.

    A desk that listens on every address of the machine is reached on the loopback.
    """
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen.host, listen.host)  # noqa: S104 - read, not bound
    return f"http://{_bracketed(host)}:{listen.port}"


def hosts_for(url: str) -> list[str]:
    """Return the host names to answer to by default: this machine's and the address's."""
    own = _bracketed(urlsplit(url).hostname or "localhost")
    return list(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", own]))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class Environment:
    """Typed access to one mapping of variables, the process environment by default."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def text(self, name: str, default: str) -> str:
        return self._variables.get(name, "").strip() or default

    def yes_or_no(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "yes" if default else "no").lower()
        if value in TRUE | FALSE:
            return value in TRUE
        raise WrongSetting(
            name=name, problem=f"is {value!r}, neither yes nor no", example="no"
        )

    def whole_number(
        self, name: str, default: int, *, least: int = 0, most: int = 2**31
    ) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and least <= int(value) <= most:
            return int(value)
        raise WrongSetting(
            name=name,
            problem=f"is {value!r}, not a whole number from {least} to {most}",
            example=str(default),
        )

    def words(self, name: str, default: str) -> list[str]:
        return [w.strip() for w in self.text(name, default).split(",") if w.strip()]

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value in choices:
            return value
        raise WrongSetting(
            name=name,
            problem=f"is {value!r}, not one of {', '.join(choices)}",
            example=default,
        )

    def time_zone(self, name: str, default: str) -> str:
        """Return the name of a zone that this machine's time zone data knows."""
        value = self.text(name, default)
        try:
            zone_named(value)
        except ValueError as error:
            raise WrongSetting(
                name=name,
                problem=f"is {value!r}, no time zone such as Europe/Berlin",
                example="Asia/Shanghai",
            ) from error
        return value

    def folder(self, name: str, default: str) -> Path:
        """Return the folder, made if needed, readable by its owner alone."""
        path = Path(self.text(name, default)).expanduser().resolve()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise WrongSetting(
                name=name,
                problem=f"names {path}, which cannot be made: {error.strerror}",
                example="./data",
            ) from error
        if not os.access(path, os.W_OK):
            raise WrongSetting(
                name=name,
                problem=f"names {path}, which this user may not write to",
                example="./data",
            )
        return path

    def address(self, name: str, default: str) -> HostAndPort:
        value = self.text(name, default)
        host, colon, port = value.rpartition(":")
        if colon and host and port.isascii() and port.isdigit() and int(port) < 65536:
            return HostAndPort(host.strip("[]"), int(port))
        raise WrongSetting(
            name=name, problem=f"is {value!r}, not host:port", example=default
        )

    def address_or_none(self, name: str, example: str) -> HostAndPort | None:
        """Return the address, None where the setting is empty: then nothing listens."""
        return self.address(name, example) if self.text(name, "") else None

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        value = self.text(name, default)
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError as error:
            raise WrongSetting(
                name=name, problem=f"cannot be read: {error}", example=default
            ) from error
        if parts.scheme not in schemes:
            raise WrongSetting(
                name=name,
                problem=f"begins with {parts.scheme or 'nothing'!r},"
                f" not with one of {', '.join(s + ':' for s in schemes)}",
                example=default,
            )
        return value

    def secret(self, name: str, *, kept_in: Path) -> str:
        """Return the secret from the environment, else from a file made on first use.

        The file has mode 0600, and two processes that start together agree on it.
        """
        value = self.text(name, "")
        if value:
            if len(value) < 40:
                raise WrongSetting(
                    name=name,
                    problem=f"has {len(value)} characters, fewer than 40",
                    example=secrets.token_urlsafe(48),
                )
            return value
        if not kept_in.exists():
            self._make_secret(kept_in)
        return self._kept_secret(name, kept_in)

    def _make_secret(self, kept_in: Path) -> None:
        # Written beside and linked into place: whoever comes second reads a whole value.
        draft = kept_in.with_name(f"{kept_in.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, kept_in)
        draft.unlink()

    def _kept_secret(self, name: str, kept_in: Path) -> str:
        if kept_in.stat().st_mode & 0o077:
            raise WrongSetting(
                name=name,
                problem=f"is kept in {kept_in}, which others may read;"
                f" run: chmod 600 {kept_in}; or give the value itself",
                example="a long random text",
            )
        return kept_in.read_text(encoding="ascii").strip()


def database(environment: Environment, *, folder: Path) -> dict[str, object]:
    """Return Django's settings of the database named by EVENHAND_DATABASE_URL."""
    name = "EVENHAND_DATABASE_URL"
    value = environment.text(name, "")
    if not value:
        return sqlite(folder / "evenhand.sqlite3")
    environment.url(
        name,
        "postgres://evenhand:password@localhost:5432/evenhand",
        ("postgres", "postgresql", "sqlite"),
    )
    parts = urlsplit(value)
    if parts.scheme == "sqlite":
        return sqlite(Path(parts.path))
    if not parts.path.strip("/"):
        raise WrongSetting(
            name=name,
            problem="names no database after the host",
            example="postgres://evenhand:password@localhost:5432/evenhand",
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # a socket folder comes as ?host=/path, as libpq writes it
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 20}, **query},
    }


def sqlite(path: Path) -> dict[str, object]:
    """Return SQLite settings under which a committed message survives a power cut."""
    return {
        "ENGINE": "evenhand.web.sqlite",
        "NAME": path,
        # a thread keeps its connection: there is no server to be spared
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # how long a statement is tried again: evenhand.web.sqlite, not SQLite, waits
            "timeout": 20,
            # a write lock is taken at BEGIN, so two writers wait instead of failing
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA mmap_size=134217728"
            ),
        },
        # a file as well, so that tests meet the locks that the desk meets
        "TEST": {"NAME": path.with_name(f"test-{path.name}")},
    }
