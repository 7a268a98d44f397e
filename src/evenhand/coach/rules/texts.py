"""What each rule says to the person who writes: English message ids for gettext."""

from __future__ import annotations

from dataclasses import dataclass


def gettext_noop(message: str) -> str:
    """Mark a message for translation; the page translates it when it is shown."""
    return message


_ = gettext_noop


@dataclass(frozen=True, slots=True)
class Text:
    """What was found, and what to do about it; `{words}` and others are parameters."""

    what: str
    advice: str


TEXTS = {
    "promise-above-limit": Text(
        _("{figure} is above your limit of {limit}, and nobody has approved it."),
        _(
            "Offer what you may give now, ask for approval, and say who answers by when."
        ),
    ),
    "figures-differ": Text(
        _("{figure} is not in the decision. It knows {known}."),
        _("Correct the figure, or change the decision first."),
    ),
    "placeholder": Text(
        _("“{words}” is still to be filled in."),
        _("Fill it in or take it out."),
    ),
    "wrong-name": Text(
        _("This is addressed to {name}; the customer is {names}."),
        _("Check that this is the right case, and correct the name."),
    ),
    "card-number": Text(
        _("A card number ending {last} is written out."),
        _("Leave only the last four digits."),
    ),
    "price-talk": Text(
        _("“{words}” judges the customer by what they paid."),
        _("Say what applies to everyone, whatever they paid."),
    ),
    "over-concession": Text(
        _("“{words}” admits a fault before it has been found."),
        _("Say what the customer reports, and what follows if it is borne out."),
    ),
    "discourages-recourse": Text(
        _("“{words}” dares the customer to complain, or talks them out of it."),
        _("Name the ways to a second look, without comment."),
    ),
    "void-term": Text(
        _("“{words}” is a term that consumer law does not let stand."),
        _("Decide on the facts, and cite the clause of the policy."),
    ),
    "no-acknowledgement": Text(
        _("The answer does not begin with the person or the matter."),
        _("Say first what happened to them, and what it took."),
    ),
    "refusal-without-alternative": Text(
        _("“{words}” refuses, and nothing is offered instead."),
        _("Say what you can do: two options if there are two."),
    ),
    "promise-without-date": Text(
        _("“{words}” is a promise without a date."),
        _("Say by which day, or within how many working days."),
    ),
    "dates-differ": Text(
        _("{figure} is not on record. The record knows {known}."),
        _("Correct the day, or make it a promise when you send."),
    ),
    "wrong-weekday": Text(
        _("The weekday and the date do not agree: it is {right}."),
        _("Correct one of the two."),
    ),
    "blame": Text(
        _("“{words}” blames or contradicts the customer."),
        _("Say what was found and how it is known, and ask."),
    ),
    "no-next-step": Text(
        _("Nobody does anything next."),
        _("End with who does what by when."),
    ),
    "non-apology": Text(
        _("“{words}” is sorry for the feeling, not for what was done."),
        _("Name what we did. If it was not us, do not apologise; acknowledge."),
    ),
    "shut-down": Text(
        _("“{words}” closes the conversation."),
        _("Ask which part does not fit, or say what is still open."),
    ),
    "guess-as-cause": Text(
        _("“{words}” gives a guess as the cause."),
        _("Say that the cause is not known yet, and when it will be."),
    ),
    "missing-recourse": Text(
        _("Something is refused for good, and no second look is named."),
        _("Say how to ask for a review, and from whom."),
    ),
    "unanswered-issue": Text(
        _("“{issue}” is not answered."),
        _("Give each point its own answer."),
    ),
    "pass-the-buck": Text(
        _("“{words}” sends the customer to somebody else."),
        _("Keep the case, and say whom you will bring in."),
    ),
    "wrong-language": Text(
        _("The customer writes in another language ({language})."),
        _("Answer in the language of the customer."),
    ),
    "policy-only": Text(
        _("“{words}” is the only reason given."),
        _("Say why the rule exists, and what is open."),
    ),
    "stalling": Text(
        _("“{words}” does not say when."),
        _("Name a day or an hour."),
    ),
    "helpless": Text(
        _("“{words}” leaves the customer alone."),
        _("Say what you can do, or by when you will know."),
    ),
    "apology-overload": Text(
        _("There are {count} apologies."),
        _("Apologise once, for one thing, then solve it."),
    ),
    "shouting": Text(
        _("“{words}”: this reads as shouting."),
        _("One exclamation mark at most; no words in capitals."),
    ),
    "unreadable": Text(
        _("This is too long to read at once ({length})."),
        _("Make two sentences of it."),
    ),
    "selling": Text(
        _("“{words}” sells something while a complaint is open."),
        _("Settle the matter first."),
    ),
    "attachment-missing": Text(
        _("“{words}” speaks of a file, and none is attached."),
        _("Attach the file, or take the words out."),
    ),
    "absolute": Text(
        _("“{words}” promises what nobody can keep."),
        _("Say what was changed, so that the reader can judge."),
    ),
    "no-specifics": Text(
        _("Nothing in this answer belongs to this case."),
        _("Name the product, the order or the day."),
    ),
}
