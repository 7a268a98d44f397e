"""`evenhand demo read-mail`: be a customer, and read what the desk wrote last."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evenhand.channels.mail.parse import parse
from evenhand.channels.models import Outgoing
from evenhand.kernel.addresses import same_form


class Command(BaseCommand):
    help = "Show the last mail of the desk to a customer, as the customer reads it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--of", dest="reader", default="anna@mail.example")

    def handle(self, *, reader: str, **_options: object) -> None:
        if settings.MAIL_OUT != "capture:":
            raise CommandError(
                "mail of this desk leaves; read it where it arrives", returncode=2
            )
        mail = _last_to(same_form(reader))
        if mail is None:
            raise CommandError(f"the desk has not written to {reader}", returncode=1)
        read = parse(bytes(mail.raw))
        self.stdout.write(
            f"From: {read.author}\nSubject: {read.subject}\n\n{read.text}"
        )


def _last_to(address: str) -> Outgoing | None:
    """Return the latest mail of a case to the address; not those of the sign-in pages."""
    mails = Outgoing.objects.filter(message__isnull=False).order_by("-pk")
    for pk, recipients in mails.values_list("pk", "recipients").iterator():
        if address in map(same_form, recipients):
            return Outgoing.objects.get(pk=pk)
    return None
