"""Servers that our mail leaves through, and the names under which we write."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from evenhand.channels.models.mailboxes import Security


class SendingServer(models.Model):
    """A mail server that takes our mail on; `secret` and `dkim_key` are sealed.

    With a DKIM domain, every mail that leaves through it from an address of that
    domain is signed with our key.
    """

    name = models.CharField(max_length=100, unique=True)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=10, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=320, blank=True)
    secret = models.TextField(blank=True)
    # the most mails a minute that it may be given; null for no limit
    per_minute = models.PositiveIntegerField(null=True, blank=True)
    dkim_domain = models.CharField(max_length=255, blank=True)
    dkim_selector = models.CharField(max_length=63, blank=True)
    dkim_key = models.TextField(blank=True)
    # a key that is made is not used before its record is published
    dkim_on = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    # no longer offered; mail that waits still goes through it
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel_sending_server"
        constraints = [
            models.CheckConstraint(
                condition=Q(security__in=Security.values),
                name="channel_sending_server_security_known",
            ),
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65535),
                name="channel_sending_server_port_exists",
            ),
            models.CheckConstraint(
                condition=Q(dkim_on=False)
                | (~Q(dkim_domain="") & ~Q(dkim_selector="") & ~Q(dkim_key="")),
                name="channel_sending_server_dkim_whole",
            ),
            models.CheckConstraint(
                condition=Q(per_minute__isnull=True) | Q(per_minute__gte=1),
                name="channel_sending_server_rate_possible",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReplyPolicy(models.TextChoices):
    """Where answers go: to an address that names the case, or to the plain one."""

    CASE = "case"
    PLAIN = "plain"


class SendingIdentity(models.Model):
    """A name and address under which a team may write, and the server it leaves through.

    Those without a team are for every team that has none of its own. Of several the
    usual one is taken where nothing says otherwise. Whatever is left blank stays as
    the settings say: the shop's name, the team's address, EVENHAND_MAIL_OUT.
    """

    team = models.ForeignKey(
        "staff.Team", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_usual = models.BooleanField(default=True)
    from_name = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=254, blank=True)
    reply_policy = models.CharField(
        max_length=10, choices=ReplyPolicy, default=ReplyPolicy.CASE
    )
    server = models.ForeignKey(
        SendingServer, models.PROTECT, null=True, blank=True, related_name="identities"
    )

    class Meta:
        db_table = "channel_sending_identity"
        constraints = [
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(is_usual=True),
                name="channel_sending_identity_one_usual",
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(team__isnull=True, is_usual=True),
                name="channel_sending_identity_one_usual_for_all",
            ),
            models.CheckConstraint(
                condition=Q(reply_policy__in=ReplyPolicy.values),
                name="channel_sending_identity_policy_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_name} {self.address}".strip() or "as the settings say"


class Signature(models.Model):
    """What stands below the mails of an identity, in one language; "" for any other."""

    identity = models.ForeignKey(
        SendingIdentity, models.CASCADE, related_name="signatures"
    )
    language = models.CharField(max_length=10, blank=True)
    text = models.TextField()

    class Meta:
        db_table = "channel_signature"
        constraints = [
            models.UniqueConstraint(
                fields=["identity", "language"], name="channel_signature_one_a_language"
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="channel_signature_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language or 'any language'}: {self.text[:40]}"
