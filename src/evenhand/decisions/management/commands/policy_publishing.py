"""`evenhand policy publishing one|two`: how many people it takes to publish a page."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.utils import timezone

from evenhand.decisions import actions, drafts

PEOPLE = {"one": False, "two": True}


class Command(BaseCommand):
    help = "Say how many people it takes to publish a page; without a word, tell it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("people", nargs="?", choices=sorted(PEOPLE))

    def handle(self, *, people: str | None, **_options: object) -> None:
        if people is not None:
            actions.require_second_person(
                required=PEOPLE[people], by=None, at=timezone.now()
            )
        two = drafts.needs_second_person()
        told = "two people publish a page: one proposes, another confirms"
        self.stdout.write(told if two else "one person may publish a page")
