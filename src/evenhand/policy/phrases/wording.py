"""What sentences a language must have; holes are named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences with holes, and how parts of them are joined."""

    row: str  # {row} {said}: a row, and why it does not apply
    failed: str  # {fact} {value} {test}
    open: str  # {fact} {test}
    missing: str  # {fact}
    excepted: str  # {fact} {value}
    matched: str  # {row} {because}
    step: str  # {name} {text} {result}
    since: str  # {name} {value} {since} {fact} {day}
    window: str  # {version} {window}
    chosen: str  # {fact} {day}
    from_day: str  # {day}
    to_day: str  # {day}
    instead: str  # {fact} {instead} {actual}
    supplied: str  # {fact} {instead}
    way: str  # {changes} {outcome} {row}
    hindsight: str  # {changes} {outcome} {row}
    outcome: str  # {name} {value}
    yes: str
    no: str
    unknown: str
    comma: str
    both: str
    brackets: str  # {inside}
