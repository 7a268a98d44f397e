"""`evenhand demo send-mail`: be a customer, and send a mail to the desk."""

from __future__ import annotations

import smtplib
from argparse import ArgumentParser
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evenhand.web.demo.shop import DOMAIN

WORDS = (
    "Hello,\n\nI want to send back the headphones of order A-31001 that came yesterday."
    " They press on my ears. I wore them for a day. I expect the full price."
    "\n\nAnna Berg"
)


class Command(BaseCommand):
    help = "Send a mail to the desk by SMTP, as a customer would."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from", dest="sender", default="Anna Berg <anna@mail.example>"
        )
        parser.add_argument("--to", default=f"help@{DOMAIN}")
        parser.add_argument("--subject", default="Headphones of order A-31001")
        parser.add_argument("--text", default=WORDS)

    def handle(self, **options: Any) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = options["sender"], options["to"]
        mail["Subject"] = options["subject"]
        mail["Message-ID"] = make_msgid(domain="mail.example")
        mail.set_content(options["text"])
        listen = settings.SMTP_LISTEN
        try:
            with smtplib.SMTP(listen.host, listen.port, timeout=10) as server:
                server.send_message(mail)
        except OSError as error:
            raise CommandError(
                f"nothing takes mail on {listen.host}:{listen.port}: {error};"
                " start the desk with: evenhand serve",
                returncode=1,
            ) from error
        self.stdout.write(f"sent; look at {settings.PUBLIC_URL}/")
