"""Break a running desk at every step of taking and sending mail; count what is left.

    python bench/faults.py                          on SQLite
    python -m tests.postgres python bench/faults.py on PostgreSQL

Three receivers and three workers share the database, one of each under `evenhand serve`.
Mails come in by SMTP, LMTP and the pipe, each again until it is taken; answers go out
to a real SMTP server. Meanwhile processes are killed before and after named statements
and commits, lines are cut, the disk fills, and the database fails. Status 1 where a
mail was lost, filed twice, set aside or put into the wrong case, or where an answer
neither left nor shows why. A mail that went out twice under one Message-ID is counted
and shown: between the other side's 250 and our commit no protocol helps.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import traps
from aiosmtpd.controller import Controller
from broken_database import Breaker, of_postgresql, of_sqlite
from crew import Crew, Killer
from desk import ROOT, Desk, TookTooLong, answers, free_port
from imap_door import PASSWORD, USERS, ImapDoor, an_imap_door
from letters import a_mail, buyer, id_of, is_reply, parent_of
from nursery import Nursery
from report import report
from senders import CUTS, KILLS, Door, Senders
from sink import ILL, Sink

if TYPE_CHECKING:
    from answers import Answers

DRAIN_WITHIN = 200.0
# the leases of what was killed last have ended by then
LEASES_END = 40.0
COLUMNS = (
    "way",
    "mails",
    "lost",
    "doubled",
    "wrong case",
    "set aside",
    "failed, shown",
)
# how often a kind of fault stands among each hundred
SHARES = {
    "receiving": 17,
    "filing": 28,
    "sending": 16,
    "fetching": 6,
    "wire in": 13,
    "wire out": 13,
    "pipe": 3,
    "database": 2,
    "serve": 2,
}


@dataclass(slots=True)
class Faults:
    """All that is going to happen, by whom; what has, and what could not."""

    trappers: list[traps.Trapper]
    breaker: Breaker
    killer: Killer
    senders_faults: list[str]
    sink: Sink
    senders: Senders | None = None
    began: float = field(default_factory=time.monotonic)
    wanted: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.wanted = (
            sum(len(one.plan) for one in self.trappers)
            + len(self.breaker.plan)
            + self.killer.many
            + len(self.senders_faults)
            + len(self.sink.faults)
        )

    @property
    def met(self) -> Counter[str]:
        parts = [one.met for one in self.trappers]
        parts += [self.breaker.met, self.killer.met, self.sink.met]
        parts += [self.senders.met] if self.senders else []
        return sum(parts, Counter())

    @property
    def missed(self) -> Counter[str]:
        return sum((one.missed for one in self.trappers), Counter())

    @property
    def share(self) -> float:
        """How much of all that is to go wrong has gone wrong."""
        return (self.met.total() + self.missed.total()) / max(1, self.wanted)

    def may_go_on(self, number: int, *, of: int) -> bool:
        """Hold mails back so that there are some left for the faults to come."""
        elapsed = time.monotonic() - self.began
        return number < 10 + of * self.share + elapsed * of / 400

    @property
    def doers(self) -> list[traps.Trapper | Breaker | Killer]:
        return [*self.trappers, self.breaker, self.killer]

    def start(self) -> list[threading.Thread]:
        self.began = time.monotonic()
        return [one.start() for one in self.doers]

    def stop(self) -> None:
        for one in self.doers:
            one.stop.set()
        if self.senders:
            self.senders.may_break = False
        self.sink.faults.clear()
        self.senders_faults.clear()


def plan_of(
    many: int,
    *,
    crew: Crew,
    sink: Sink,
    folder: Path,
    chance: random.Random,
    fetches: bool,
) -> Faults:
    """Return so many faults, by their shares; at least one of each."""
    counts = {kind: max(1, many * share // 100) for kind, share in SHARES.items()}
    url = os.environ.get("EVENHAND_DATABASE_URL", "")
    kinds = of_postgresql(url) if url else of_sqlite(_database_file(crew.desk))
    mostly = ("kill", "kill", "kill", "cut" if url else "full", "kill", "kill", "kill")
    actions = (*mostly, "kill" if url else "no writing")
    kill = ("kill",)
    traps_of = partial(traps.plan, chance=chance)
    sink.faults[:] = _some(ILL, counts["wire out"], chance)
    return Faults(
        trappers=[
            traps.Trapper(
                folder, slot, traps_of(steps, with_actions, many=counts[kind])
            )
            for slot, kind, steps, with_actions in (
                ("mail", "receiving", traps.RECEIVING, actions),
                ("worker", "filing", traps.FILING, actions),
                ("worker-out", "sending", traps.SENDING, actions),
                ("pipe", "pipe", traps.PIPING, kill),
                ("fetch", "fetching", traps.FETCHING, kill),
            )
            if fetches or slot != "fetch"
        ],
        breaker=Breaker(kinds, _some(tuple(kinds), counts["database"], chance)),
        killer=Killer(crew, counts["serve"], chance),
        senders_faults=_some((*CUTS, *KILLS), counts["wire in"], chance),
        sink=sink,
    )


def _some(kinds: Sequence[str], many: int, chance: random.Random) -> list[str]:
    """Return each kind as often as the others, in a random order."""
    found = [kinds[place % len(kinds)] for place in range(many)]
    chance.shuffle(found)
    return found


def _database_file(desk: Desk) -> Path:
    return next(desk.folder.glob("*.sqlite3"))


def doors(crew: Crew) -> list[Door]:
    """Return the ways in, and how to kill who listens there."""
    served = partial(crew.kill_part, "mail")
    found = [
        _door(crew.desk.smtp, served),
        _door(os.environ["EVENHAND_LMTP_LISTEN"], served, lmtp=True),
    ]
    for one in crew.receivers:
        found += [
            _door(one.settings["EVENHAND_SMTP_LISTEN"], one.kill),
            _door(one.settings["EVENHAND_LMTP_LISTEN"], one.kill, lmtp=True),
        ]
    return found


def _piped(crew: Crew, folder: Path, mail: EmailMessage) -> bool:
    file = folder / str(mail["Message-ID"]).strip("<>")
    file.write_bytes(mail.as_bytes())
    words = ["mail", "deliver", "--from", str(mail["From"]), "--to", str(mail["To"])]
    return crew.nursery.bear(words, crew.receivers[0].settings, file).wait() == 0


def _door(address: str, kill: Callable[[], bool], *, lmtp: bool = False) -> Door:
    host, _, port = address.rpartition(":")
    return Door(host, int(port), kill, lmtp)


def main() -> int:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and clear up
    chance = random.Random(arguments.seed)  # noqa: S311 - chooses faults, guards nothing
    sink, port = Sink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    with tempfile.TemporaryDirectory(prefix="evenhand-traps-") as folder:
        desk = Desk(
            DJANGO_SETTINGS_MODULE="trapped",
            PYTHONPATH=f"{ROOT / 'src'}{os.pathsep}{ROOT / 'bench'}",
            EVENHAND_BENCH_TRAPS=folder,
            EVENHAND_MAIL_OUT=f"smtp://127.0.0.1:{port}",
            EVENHAND_MAIL_PER_ADDRESS="100000",
            EVENHAND_LMTP_LISTEN=f"127.0.0.1:{free_port()}",
        )
        nursery = None
        try:
            desk.run("migrate")
            nursery = Nursery(Path(folder), desk.log)
            crew = Crew(desk, nursery)
            with an_imap_door() as imap:
                return _break(arguments, crew, sink, Path(folder), chance, imap)
        finally:
            if nursery is not None:
                nursery.close()
            desk.close()
            controller.stop()


def _break(
    arguments: argparse.Namespace,
    crew: Crew,
    sink: Sink,
    folder: Path,
    chance: random.Random,
    imap: ImapDoor | None,
) -> int:
    from answers import Answers  # noqa: PLC0415 - Django reads its settings now

    desk = crew.desk
    faults = plan_of(
        arguments.faults,
        crew=crew,
        sink=sink,
        folder=folder,
        chance=chance,
        fetches=imap is not None,
    )
    writer = Answers(
        many=arguments.outgoing,
        rest=0.01,
        may_write=partial(faults.may_go_on, of=arguments.outgoing),
        address=buyer,
    )
    if imap is not None:
        writer.connect(users=USERS, port=imap.port, secret=PASSWORD)
    mails = [a_mail(number) for number in range(arguments.mails)]
    senders = faults.senders = Senders(
        doors(crew),
        left=mails[::-1],
        faults=faults.senders_faults,
        may_send=partial(faults.may_go_on, of=len(mails)),
        chance=chance,
        pipe=partial(_piped, crew, folder),
        pipe_every=20,
        lay=imap.put if imap else None,
    )
    crew.keep()
    desk.wait(lambda: answers(desk.smtp) and answers(desk.web), what="the start")
    threads = [*senders.start(), writer.start()]
    others = faults.start()
    while any(one.is_alive() for one in (*threads, *others)):
        crew.keep()
        time.sleep(0.05)
    faults.stop()
    took = time.monotonic() - faults.began
    drain = _drain(crew, writer, mails=arguments.mails)
    return _report(arguments, faults, senders, writer, crew, took=took, drain=drain)


def _drain(crew: Crew, writer: Answers, *, mails: int) -> float:
    """Wait until nothing is left to do; return the seconds. What is left is counted."""
    began = time.monotonic()

    late: list[float] = []

    def is_drained() -> bool:
        crew.keep()
        if not late and time.monotonic() - began > LEASES_END:
            late.append(time.monotonic())
            writer.look_after()
        return writer.is_done(mails=mails)

    try:
        crew.desk.wait(is_drained, what="draining", within=DRAIN_WITHIN)
    except TookTooLong as told:
        print(told, file=sys.stderr)
    return time.monotonic() - began


def _report(
    arguments: argparse.Namespace,
    faults: Faults,
    senders: Senders,
    writer: Answers,
    crew: Crew,
    *,
    took: float,
    drain: float,
) -> int:
    aside = writer.set_aside()
    rows = [
        ("in", arguments.mails, *_counted_in(arguments.mails, writer), len(aside), 0),
        ("out", arguments.outgoing, *_counted_out(faults.sink, writer)),
    ]
    figures = {
        "incoming": dict(zip(COLUMNS[1:], rows[0][1:], strict=True)),
        "outgoing": dict(zip(COLUMNS[1:], rows[1][1:], strict=True)),
        "faults": faults.met.total(),
        "faults_by_kind": dict(sorted(faults.met.items())),
        "not_reached": dict(faults.missed),
        "restarts": {
            "serve": crew.serve_deaths,
            "receivers": sum(one.deaths for one in crew.receivers),
            "workers": sum(one.deaths for one in crew.workers),
            "fetchers": sum(one.deaths for one in crew.fetchers),
        },
        "set_aside": aside[:10],
        "tries_to_hand_in": senders.tries,
        "seconds": round(took, 1),
        "drained_after_seconds": round(drain, 1),
        "seed": arguments.seed,
    }
    report("faults", columns=COLUMNS, rows=rows, figures=figures)
    for kind, many in sorted(faults.met.items()):
        print(f"{many:5} {kind}")
    print(
        f"{faults.met.total()} faults in {took:.0f} s,"
        f" {faults.missed.total()} steps not reached, drained after {drain:.0f} s;"
        f" seed {arguments.seed}"
    )
    for line in (*(f"set aside: {reason}" for reason in aside[:5]), *writer.waits()):
        print(line)
    bad = sum(rows[0][2:6]) + rows[1][2]
    return 1 if bad else 0


def _counted_in(many: int, writer: Answers) -> tuple[int, int, int]:
    """Return how many mails are in no case, in one twice, and in the wrong one."""
    found, cases = writer.incoming_counts(), writer.cases_of()
    ids = [id_of(number) for number in range(many)]
    apart = sum(
        cases.get(ids[number]) != cases.get(ids[parent_of(number)])
        for number in filter(is_reply, range(many))
    )
    lost = sum(found[one] == 0 for one in ids)
    return lost, sum(found[one] > 1 for one in ids), apart


def _counted_out(sink: Sink, writer: Answers) -> tuple[int, int, int, int, int]:
    """Return lost, doubled, 0, 0 and failed: lost is what neither left nor says why.

    What has left, and the desk does not know it in the end, counts as lost too.
    """
    left = sink.received
    lost = failed = 0
    for mail_id, state, error in writer.went_out():
        shown = state == "failed" and bool(error)
        failed += shown
        lost += not shown and (left[mail_id] == 0 or state != "sent")
    return lost, sum(many > 1 for many in left.values()), 0, 0, failed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0] if __doc__ else ""
    )
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--outgoing", type=int, default=500)
    parser.add_argument("--faults", type=int, default=230)
    parser.add_argument(
        "--seed", type=int, default=int(datetime.now(tz=UTC).timestamp())
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
