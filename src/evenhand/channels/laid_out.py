"""How each message of a case is shown: its words, its own layout, what is folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Length, Substr

from evenhand.cases.models import Message
from evenhand.channels.mail.layout import has_remote_pictures, says_more, shows_more

# Looked at to tell whether the layout says more than the words.
HEAD = 60_000
# A layout beyond this opens in a tab of its own, so that the case's page stays quick.
LARGEST_IN_PLACE = 400_000
# Words beyond these are folded; more than enough for what anybody typed.
MOST_LETTERS, MOST_LINES = 12_000, 250


@dataclass(frozen=True, slots=True)
class Layout:
    """A message's own HTML: its size in characters, and how the page offers it."""

    size: int
    shows_more: bool
    # whether it has pictures of the network, as far as was looked
    remote: bool

    @property
    def in_place(self) -> bool:
        """Whether it is shown inside the case's page."""
        return self.size <= LARGEST_IN_PLACE

    @property
    def opened(self) -> bool:
        """Whether it is shown from the start, because the words alone are not all."""
        return self.in_place and self.shows_more


@dataclass(frozen=True, slots=True)
class Words:
    """The words that stand on the page, and how many more there are on demand."""

    shown: str
    more: int


NO_WORDS = Words(shown="", more=0)


def layouts_of(messages: Sequence[Message]) -> dict[int, Layout]:
    """Return key -> layout of the messages that have one; no whole HTML is read."""
    words = {one.pk: f"{one.text}\n{one.hidden_text}" for one in messages}
    found = (
        Message.objects.filter(pk__in=words)
        .exclude(html="")
        .values_list("pk", Length("html"), Substr("html", 1, HEAD))
    )
    return {
        pk: Layout(
            size=size,
            shows_more=size <= LARGEST_IN_PLACE
            and (shows_more(head) or says_more(head, words=words[pk])),
            remote=size > HEAD or has_remote_pictures(head),
        )
        for pk, size, head in found
    }


def folded(text: str) -> Words:
    """Return what stands on the page of a text, cut at the end of a line if it is long."""
    end = min(len(text), MOST_LETTERS)
    at = -1
    for _ in range(MOST_LINES):
        at = text.find("\n", at + 1, end)
        if at < 0:
            break
    else:
        end = at
    if end == len(text):
        return Words(shown=text, more=0)
    line = text.rfind("\n", end // 2, end)
    end = line if line > 0 else end
    return Words(shown=text[:end], more=len(text) - end)
