"""`evenhand demo`: make the demo shop if there is none, serve it, say where to look."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from evenhand.staff.models import Member
from evenhand.web.demo.shop import PASSWORD

LOOK = """
  {shop} is open at {url}/

  Sign in as                        who may grant up to
    noi@kiteandloom.example           an agent, €20 of her own
    lin@kiteandloom.example           an approver, €120 (pages in Chinese)
    mei@kiteandloom.example           a manager, €1,000; publishes policies
    sam@kiteandloom.example           the admin
  The password is: {password}

  Three things to try
    1. Be a customer:  .venv/bin/evenhand demo send-mail
       The mail appears in the inbox while you look at it.
    2. Open the case "Withdrawal from the order for the Lena dress" as Noi: what the
       policy allows, why, and the answer with its checks.
    3. Open Approvals as Mei in a second browser, ask for one as Noi, and watch.

  A first hour, step by step: docs/tutorial/first-hour.md
  No mail leaves: what the desk sends is on the Outbox page. Ctrl-C ends the demo.
"""


class Command(BaseCommand):
    help = "Make a lively shop if there is none, serve it, and say where to look."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.MAIL_OUT != "capture:":
            raise CommandError(
                "a demo must not send mail; unset EVENHAND_MAIL_OUT", returncode=2
            )
        call_command("migrate", verbosity=0)
        if not Member.objects.exists():
            self.stdout.write("making the shop, a moment …")
            self.stdout.flush()
            call_command("demo_seed", stdout=self.stdout)
        self.stdout.write(
            LOOK.format(
                shop=settings.SHOP_NAME, url=settings.PUBLIC_URL, password=PASSWORD
            )
        )
        self.stdout.flush()
        call_command("serve", stdout=self.stdout)
