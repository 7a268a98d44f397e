"""`evenhand mail receive`: take mail over SMTP until told to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evenhand.channels.smtp_server import Receiver


class Command(BaseCommand):
    help = "Take mail over SMTP on EVENHAND_SMTP_LISTEN until SIGTERM or SIGINT."

    def handle(self, *_args: Any, **_options: Any) -> None:
        listen = settings.SMTP_LISTEN
        try:
            asyncio.run(self._receive(Receiver(listen.host, listen.port)))
        except OSError as error:
            raise CommandError(
                f"cannot listen on {listen.host}:{listen.port}: {error.strerror}"
            ) from error

    async def _receive(self, receiver: Receiver) -> None:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopped.set)
        port = await receiver.start()
        self.stdout.write(f"taking mail on {receiver.host}:{port}")
        self.stdout.flush()
        await stopped.wait()
        await receiver.stop()
