"""What a phrase can mean for a reply."""

from __future__ import annotations

from enum import StrEnum, auto


class Topic(StrEnum):
    """A meaning that the rules listen for; every language has phrases for each."""

    ACKNOWLEDGE = auto()  # the person or the matter is seen
    RELATE = auto()  # a shared aim, or what anyone would feel
    APOLOGY = auto()
    NON_APOLOGY = auto()  # sorry for the feeling, not for the act
    REFUSAL = auto()
    OFFER = auto()  # something that can be had instead
    PROMISE = auto()  # we will do something
    GIVE = auto()  # money leaves us
    CLAIMED = auto()  # what the customer asked or paid, not what we give
    CHARGED = auto()  # what the customer is to pay us
    CONDITION = auto()  # if, unless, once
    FULL_PRICE = auto()  # all of the price back
    VAGUE_TIME = auto()
    PRICE_TALK = auto()  # judging people by what they paid
    BLAME = auto()
    POLICY = auto()
    REASON = auto()
    CONCESSION = auto()  # fault or liability admitted
    NEXT_STEP = auto()
    HELPLESS = auto()
    SHUT_DOWN = auto()
    GUESS = auto()
    DISCOURAGE = auto()  # daring or talking out of a complaint
    RECOURSE = auto()  # the way to a second look
    PASS_ON = auto()  # it is somebody else's
    VOID_TERM = auto()  # terms that no consumer law lets stand
    SELLING = auto()
    ABSOLUTE = auto()
    ENCLOSED = auto()  # a file of ours comes with the answer
