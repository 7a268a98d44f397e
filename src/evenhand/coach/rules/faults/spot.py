"""A place at fault, and the faults that are one phrase heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.reading import Reading, Span


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the folded draft, with what the message needs to name."""

    start: int
    end: int
    params: Mapping[str, str] = field(default_factory=dict)


Find = Callable[[Reading], Iterable[Spot]]


def hears(topic: Topic) -> Find:
    """Return the rule that finds every place where the topic is heard."""

    def found(reading: Reading) -> Iterator[Spot]:
        return quoting(reading, reading.heard(topic))

    return found


def quoting(reading: Reading, spans: Iterable[Span]) -> Iterator[Spot]:
    """Turn spans into spots that quote the words."""
    for start, end in spans:
        yield Spot(start, end, {"words": reading.plain.text[start:end]})


def whole(reading: Reading) -> Spot:
    """Return the body of the draft as one spot, for what is missing altogether."""
    return Spot(reading.body[0].start, reading.body[-1].end)
