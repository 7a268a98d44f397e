"""Mailboxes elsewhere that the desk fetches mail from, and how far it has come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class MailboxKind(models.TextChoices):
    IMAP = "imap"
    POP3 = "pop3"


class Security(models.TextChoices):
    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Auth(models.TextChoices):
    PASSWORD = "password"  # noqa: S105 - the name of a way to log in
    XOAUTH2 = "xoauth2"


class Afterwards(models.TextChoices):
    """What becomes of a mail in the mailbox once the desk has it."""

    KEEP = "keep"
    SEEN = "seen"
    MOVE = "move"
    DELETE = "delete"


class Mailbox(models.Model):
    """A mailbox of ours at a mail server, how to reach it, and how it fares.

    `secret` is sealed: the password, or the JSON of client id, client secret, refresh
    token and token URL.
    """

    name = models.CharField(max_length=100, unique=True)
    # whose mail it holds; blank where the login says nothing of it
    address = models.CharField(max_length=320, blank=True)
    kind = models.CharField(max_length=10, choices=MailboxKind)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=10, choices=Security, default=Security.TLS)
    auth = models.CharField(max_length=10, choices=Auth, default=Auth.PASSWORD)
    username = models.CharField(max_length=320)
    secret = models.TextField(blank=True)
    # the names of its folders as a person reads them; POP3 has INBOX alone
    folders = models.JSONField(default=list)
    # who takes a mail of which no address names a team
    team = models.ForeignKey(
        "staff.Team", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # mail that reached the server from this day on is fetched too; else only new mail
    since = models.DateField(null=True, blank=True)
    afterwards = models.CharField(
        max_length=10, choices=Afterwards, default=Afterwards.KEEP
    )
    move_to = models.CharField(max_length=255, blank=True)
    connected_at = models.DateTimeField()
    enabled = models.BooleanField(default=True)
    # when it was connected or resumed: silence is counted from here
    enabled_at = models.DateTimeField()
    # minutes without a new mail after which the desk is alarmed; null for never
    silent_after = models.PositiveIntegerField(null=True, blank=True)
    # somebody asked for a look now
    asked_at = models.DateTimeField(null=True)

    # how it fares: the last answer of the server, the last mail that was taken
    contacted_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    # a code of mailboxes.findings.Fault, the values of its sentence, the server's words
    fault = models.CharField(max_length=40, blank=True)
    fault_values = models.JSONField(default=dict)
    error = models.CharField(max_length=1000, blank=True)
    taken = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)
    # mails that still wait there, and the seconds that the last one waited
    behind = models.PositiveIntegerField(default=0)
    lag = models.PositiveIntegerField(null=True)
    # whether the server tells of new mail by itself (IMAP IDLE)
    told_by_server = models.BooleanField(default=False)
    # what the desk was told, failing or silent, and when
    alarm = models.CharField(max_length=10, blank=True)
    alarmed_at = models.DateTimeField(null=True)

    # the one process that may fetch it, and until when unless it says so again
    holder = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel_mailbox"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MailboxKind.values),
                name="channel_mailbox_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(security__in=Security.values),
                name="channel_mailbox_security_known",
            ),
            models.CheckConstraint(
                condition=Q(auth__in=Auth.values), name="channel_mailbox_auth_known"
            ),
            models.CheckConstraint(
                condition=Q(afterwards__in=Afterwards.values),
                name="channel_mailbox_afterwards_known",
            ),
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65535),
                name="channel_mailbox_port_exists",
            ),
            models.CheckConstraint(
                condition=~Q(afterwards=Afterwards.MOVE) | ~Q(move_to=""),
                name="channel_mailbox_move_says_where",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MailboxKind.POP3)
                | Q(afterwards__in=[Afterwards.KEEP, Afterwards.DELETE]),
                name="channel_mailbox_pop3_knows_no_folders",
            ),
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True) | ~Q(fault=""),
                name="channel_mailbox_failing_says_why",
            ),
            models.CheckConstraint(
                condition=Q(silent_after__isnull=True) | Q(silent_after__gte=1),
                name="channel_mailbox_silence_takes_time",
            ),
            models.CheckConstraint(
                condition=Q(holder="") | Q(lease_until__isnull=False),
                name="channel_mailbox_held_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


class MailboxFolder(models.Model):
    """How far a folder was read, as UIDs under one UIDVALIDITY (RFC 3501, 2.3.1.1).

    What came before the desk did is read from `filled_uid` up to `fill_until`, oldest
    first; what came since is above `last_uid`. POP3 has one such row without numbers.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="read_folders")
    name = models.CharField(max_length=255)
    uid_validity = models.PositiveBigIntegerField(null=True)
    # where no day is set, only mail that reached the server from then on is wanted
    began_at = models.DateTimeField(null=True)
    last_uid = models.PositiveBigIntegerField(default=0)
    filled_uid = models.PositiveBigIntegerField(default=0)
    fill_until = models.PositiveBigIntegerField(default=0)
    # when the server gave all its mail new numbers, and all was looked through again
    renumbered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel_mailbox_folder"
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "name"], name="channel_mailbox_folder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.mailbox_id}"


class FetchedState(models.TextChoices):
    TAKEN = "taken"
    # too old to be wanted, or too large: it stays there untouched
    PASSED = "passed"
    # the server did not hand it out: tried again later
    STUCK = "stuck"


class FetchedMail(models.Model):
    """A mail of a folder of which something is to be remembered beyond the cursor.

    IMAP: what was taken and is not yet marked, moved or deleted, and what the server
    could not hand out. POP3, which has no cursor: everything looked at that lies there.
    `mark` is the UID, or the SHA-256 of POP3's unique id.
    """

    folder = models.ForeignKey(MailboxFolder, models.CASCADE, related_name="mails")
    mark = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=FetchedState, default=FetchedState.TAKEN
    )
    tries = models.PositiveSmallIntegerField(default=0)
    again_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "channel_mailbox_mail"
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "mark"], name="channel_mailbox_mail_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=FetchedState.values),
                name="channel_mailbox_mail_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=FetchedState.STUCK) | Q(again_at__isnull=False),
                name="channel_mailbox_mail_stuck_comes_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark} of {self.folder_id} {self.state}"
