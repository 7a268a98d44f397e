"""`evenhand mail receive`: take mail over SMTP and LMTP until told to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evenhand.channels.smtp_server import Receiver
from evenhand.channels.smtp_tls import UnusableCertificate


class Command(BaseCommand):
    help = (
        "Take mail over SMTP on EVENHAND_SMTP_LISTEN, and over LMTP on"
        " EVENHAND_LMTP_LISTEN if it is set, until SIGTERM or SIGINT."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        listen, local = settings.SMTP_LISTEN, settings.LMTP_LISTEN
        lmtp = (local.host, local.port) if local else None
        try:
            asyncio.run(self._receive(Receiver(listen.host, listen.port, lmtp=lmtp)))
        except UnusableCertificate as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            # asyncio's own text names the address, which may be either of the two
            raise CommandError(f"cannot listen: {error.strerror}") from error

    async def _receive(self, receiver: Receiver) -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        port = await receiver.start()
        self.stdout.write(f"taking mail on {receiver.host}:{port}")
        if receiver.lmtp is not None:
            self.stdout.write(
                f"taking mail by LMTP on {receiver.lmtp[0]}:{receiver.lmtp_port}"
            )
        self.stdout.flush()
        await stopped.wait()
        await receiver.stop()
