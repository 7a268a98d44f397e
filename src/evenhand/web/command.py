"""The `evenhand` command: `evenhand mail ingest` runs the management command mail_ingest."""

from __future__ import annotations

import difflib
import os
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version

import django
from django.conf import settings
from django.core.management import CommandError, get_commands, load_command_class
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from evenhand.web.environment import WrongSetting

WRONG = 2
INTERRUPTED = 130
READER_GONE = 141  # as a shell tells of SIGPIPE: 128 + 13
# of sysexits.h: what a mail server at the other end of a pipe understands
PIPE = "mail deliver"
PIPE_TRY_AGAIN = 75
PIPE_STATUSES = frozenset({0, 65, 69})
# Django's own options, which say nothing to whoever runs a desk.
HIDDEN = frozenset({"--version", "--settings", "--pythonpath", "--traceback"})
ABOUT = "evenhand: a customer-service desk that is fair to both sides."
HINT = "`evenhand help COMMAND` tells a command's options."


class UnknownCommand(CommandError):
    """There is no such command; the text names the nearest."""

    def __init__(self, words: Sequence[str], names: Iterable[str]) -> None:
        said = " ".join(words)
        near = difflib.get_close_matches(said, list(names), n=3, cutoff=0.5)
        meant = f" Did you mean: {', '.join(near)}?" if near else ""
        super().__init__(
            f"there is no command {said!r}.{meant} `evenhand help` lists them all.",
            returncode=WRONG,
        )


def main() -> None:
    """Run the words of the command line and end the process with their status."""
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Run a command and return its exit status; what went wrong is one line on stderr."""
    if _takes_from_a_pipe(words):
        return _run_at_the_end_of_a_pipe(words)
    return _run_and_tell(words)


def _takes_from_a_pipe(words: Sequence[str]) -> bool:
    said = " ".join(words).replace("-", " ").replace("_", " ")
    return said == PIPE or said.startswith(f"{PIPE} ")


def _run_at_the_end_of_a_pipe(words: Sequence[str]) -> int:
    """Run `evenhand mail deliver` with the statuses that mail servers understand.

    They return a mail to its sender for any status they do not know. So everything
    that is not a refusal of this mail (a wrong setting or option, a database that is
    older than the program, a fault of ours) says: keep it and try again.
    """
    try:
        status = _run_and_tell(words)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else PIPE_TRY_AGAIN
    except Exception:  # noqa: BLE001 - whatever it is, the mail must not bounce for it
        traceback.print_exc()
        status = PIPE_TRY_AGAIN
    return status if status in PIPE_STATUSES else PIPE_TRY_AGAIN


def _run_and_tell(words: Sequence[str]) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "evenhand.web.settings"
    try:
        django.setup()
        status = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        return _end_without_a_reader()
    except WrongSetting as error:
        return _complain(error, status=WRONG)
    except CommandError as error:
        return _complain(error, status=error.returncode)
    except DatabaseError as error:
        if settings.DEBUG:
            raise
        return _complain(
            f"the database {_where()} cannot be used: {_first_line(error)}."
            " `evenhand check` tells more",
            status=WRONG,
        )
    except KeyboardInterrupt:
        return INTERRUPTED
    else:
        return status


def _end_without_a_reader() -> int:
    """End quietly where the reader of our output has enough of it, as `| head` has.

    What is still buffered goes nowhere, or Python would complain of it at its end.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return READER_GONE


def _run(words: Sequence[str]) -> int:
    commands = known_commands()
    if not words or words[0] in {"-h", "--help"} or list(words) == ["help"]:
        _say(listing(commands))
        return 0
    if words[0] == "--version":
        _say(f"evenhand {version('evenhand')}")
        return 0
    asks = words[0] == "help"
    name, rest = parted(words[1:] if asks else words, commands)
    command = load_command_class(commands[name], name.replace(" ", "_"))
    command.suppressed_base_arguments = set(HIDDEN)
    # With --traceback Django hands us its errors instead of printing them its own way.
    command.run_from_argv(
        ["evenhand", name, *(["--help"] if asks else ["--traceback", *rest])]
    )
    return 0


def known_commands() -> Mapping[str, str]:
    """Return "mail ingest" -> the room (app) that has the command; only our own."""
    return {
        name.replace("_", " "): app
        for name, app in sorted(get_commands().items())
        if app.startswith("evenhand.")
    }


def parted(
    words: Sequence[str], commands: Mapping[str, str]
) -> tuple[str, Sequence[str]]:
    """Part the words into the longest known command and the rest; UnknownCommand."""
    named = []
    for word in words:
        if word.startswith("-"):
            break
        named.append(word)
    for count in range(len(named), 0, -1):
        name = " ".join(named[:count]).replace("-", " ").replace("_", " ")
        if name in commands:
            return name, words[count:]
    raise UnknownCommand(named or words, commands)


def listing(commands: Mapping[str, str]) -> str:
    """Return all commands with a sentence each, those of one first word together."""
    groups: dict[str, list[str]] = {"Run": []}
    families = {name.split()[0] for name in commands if " " in name}
    width = max(len(name) for name in commands)
    for name, app in commands.items():
        family = name.split()[0]
        group = family.capitalize() if family in families else "Run"
        command = load_command_class(app, name.replace(" ", "_"))
        groups.setdefault(group, []).append(f"  {name:<{width}}  {_sentence(command)}")
    blocks = ["\n".join([group, *lines]) for group, lines in groups.items() if lines]
    return "\n\n".join([ABOUT, *blocks, HINT])


def _sentence(command: BaseCommand) -> str:
    first, stop, _ = " ".join(command.help.split()).partition(". ")
    return first + "." if stop else first


def _where() -> str:
    """Return where the database is, without its password."""
    stored = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(stored["NAME"])
    host = stored["HOST"] or "the local socket"
    return f"{stored['NAME']} at {host}{':' if stored['PORT'] else ''}{stored['PORT']}"


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(problem: object, *, status: int) -> int:
    sys.stderr.write(f"evenhand: {problem}\n")
    return status
