"""A real Dovecot of the tests' own, on the loopback: IMAP and POP3, with and without TLS."""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.channels.certificates import a_certificate
from tests.serving.processes import answers, free_port, until

PASSWORD = "Pflaume-7"
SETTINGS = """\
protocols = imap pop3
listen = 127.0.0.1
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login{mechanisms}
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 200
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
imap_capability = {capability}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = passwd-file
  args = {base}/users/%u
}}
{tokens}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
{chroot}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
{chroot}
}}
service anvil {{
  # who typed a wrong password would wait ever longer, and with him every other test
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
{chroot}
}}
service imap {{
  process_min_avail = 1
}}
"""

TOKENS = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {base}/tokens
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """Its ports, its folder, and the authority that signed its certificate: itself."""

    base: Path
    certificate: Path
    imap: int = field(default_factory=free_port)
    imaps: int = field(default_factory=free_port)
    pop3: int = field(default_factory=free_port)
    pop3s: int = field(default_factory=free_port)

    def user(self, name: str, *, password: str = PASSWORD) -> str:
        """Let somebody log in with the password, from now on; return the name.

        A file each: Dovecot would not see a second change of one within a second,
        unless its length changes.
        """
        draft = self.base / "users" / f"{name}.new"
        draft.write_text(f"{name}:{{PLAIN}}{password}::::::\n", encoding="ascii")
        draft.chmod(0o644)
        draft.replace(self.base / "users" / name)
        return name

    @contextmanager
    def client(self, user: str, *, password: str = PASSWORD) -> Iterator[IMAPClient]:
        """Yield a connection of somebody's own mail program."""
        with IMAPClient("127.0.0.1", self.imap, ssl=False, timeout=60) as client:
            client.login(user, password)
            yield client

    def put(
        self,
        user: str,
        *mails: bytes,
        folder: str = "INBOX",
        password: str = PASSWORD,
    ) -> None:
        """Lay mails into a folder, which is made if it is not there."""
        with self.client(user, password=password) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail)

    def held(self, user: str, *, folder: str = "INBOX") -> list[bytes]:
        """Return the mails that lie in a folder; none where there is no such folder."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def flags(self, user: str, *, folder: str = "INBOX") -> list[set[bytes]]:
        """Return the flags of each mail of a folder, without those of the server's own."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            found = client.get_flags(client.search())
            return [set(found[uid]) - {b"\\Recent"} for uid in sorted(found)]

    def renumber(self, user: str, *, validity: int, folder: str = "INBOX") -> None:
        """Give all mails of a folder new numbers, as a server does that was restored."""
        kept = self.held(user, folder=folder)
        home = self.base / "mail" / user / "Maildir"
        shutil.rmtree(home if folder == "INBOX" else home / f".{folder}")
        self.put(user, folder=folder)
        self.run(
            *("mailbox", "update", "-u", user, "--uid-validity", str(validity), folder)
        )
        self.put(user, *kept, folder=folder)

    def run(self, *words: str) -> str:
        """Run a command of its administrator."""
        done = subprocess.run(  # noqa: S603 - a program and words of ours
            [_program("doveadm"), "-c", str(self.base / "dovecot.conf"), *words],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def log(self) -> str:
        log = self.base / "log"
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


@contextmanager
def a_dovecot(*, without: Sequence[str] = (), tokens: str = "") -> Iterator[Dovecot]:
    """Run Dovecot; `without` names capabilities of IMAP that it does not offer.

    `tokens` is the address at which it asks whose an access token is (XOAUTH2).
    """
    base = Path(tempfile.mkdtemp(prefix="evenhand-dovecot-"))
    program = _program("dovecot")
    dovecot = Dovecot(base, a_certificate(base / "tls")[0])
    words = [program, "-c", str(base / "dovecot.conf")]
    try:
        _write_settings(dovecot, without=without, tokens=tokens)
        process = subprocess.Popen([*words, "-F"], stderr=subprocess.DEVNULL)  # noqa: S603 - a program and words of ours
        try:
            for port in (dovecot.imap, dovecot.pop3):
                until(lambda port=port: answers(f"127.0.0.1:{port}"))  # type: ignore[misc]  # mypy infers no type for a bound argument
            yield dovecot
        finally:
            process.terminate()
            process.wait(timeout=60)
    finally:
        shutil.rmtree(base)


def _program(name: str) -> str:
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip(
            "Dovecot is not installed (Debian's packages dovecot-imapd, dovecot-pop3d)"
        )
    return program


# all that Dovecot 2.3 offers before the login and after it, less what a test leaves out
OFFERED = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT THREAD=REFERENCES MULTIAPPEND"
    " UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED CONDSTORE QRESYNC ESEARCH"
    " WITHIN LIST-STATUS MOVE SPECIAL-USE LITERAL+"
)


def _write_settings(dovecot: Dovecot, *, without: Sequence[str], tokens: str) -> None:
    base = dovecot.base
    base.chmod(0o755)
    is_root = os.geteuid() == 0
    # Dovecot hands no mail to root
    owner = pwd.getpwnam("mail") if is_root else pwd.getpwuid(os.geteuid())
    (base / "mail").mkdir()
    os.chown(base / "mail", owner.pw_uid, owner.pw_gid)
    (base / "users").mkdir()
    known = f"{OFFERED} AUTH=XOAUTH2" if tokens else OFFERED
    offered = " ".join(word for word in known.split() if word not in without)
    settings = SETTINGS.format(
        base=base,
        internal="dovecot" if is_root else getpass.getuser(),
        group="dovecot" if is_root else _group(),
        login="dovenull" if is_root else getpass.getuser(),
        certificate=dovecot.certificate,
        key=dovecot.certificate.with_name("key.pem"),
        capability=offered,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        imap=dovecot.imap,
        imaps=dovecot.imaps,
        pop3=dovecot.pop3,
        pop3s=dovecot.pop3s,
        chroot="" if is_root else "  chroot =",
        tokens=TOKENS.format(base=base) if tokens else "",
        mechanisms=" xoauth2 oauthbearer" if tokens else "",
    )
    (base / "tokens").write_text(
        f"tokeninfo_url = {tokens}\nusername_attribute = username\n", encoding="ascii"
    )
    (base / "dovecot.conf").write_text(settings, encoding="utf-8")


def _group() -> str:

    return grp.getgrgid(os.getegid()).gr_name
