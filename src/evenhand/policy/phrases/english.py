"""Explanations in English."""

from __future__ import annotations

from evenhand.policy.phrases.wording import Phrases

PHRASES = Phrases(
    row="{row}: {said}",
    failed="{fact} is {value}, not {test}",
    open="{fact} is not known ({test})",
    missing="{fact} is not known",
    excepted="set aside, as {fact} is {value}",
    matched="{row} applies",
    step="{name} = {text} = {result}",
    since="{name} is {value}, as laid down from {since}; {fact} is {day}",
    window="Version {version}, in force {window}",
    chosen="chosen by {fact}: {day}",
    from_day="from {day}",
    to_day="to {day}",
    instead="{fact} were {instead} and not {actual}",
    supplied="{fact} were {instead}",
    way="If {changes}: {outcome} ({row}).",
    hindsight="It cannot be changed now, but if {changes}: {outcome} ({row}).",
    outcome="{name} {value}",
    yes="yes",
    no="no",
    unknown="unknown",
    comma=", ",
    both=" and ",
    brackets=" ({inside})",
)
