"""Why a mail came back: what the code and the words of the other server mean.

Only a report that says that the address or its host does not exist proves an address
dead. RFC 3463 parts the causes by the middle number: X.1 the address, X.2 the mailbox
behind it (which therefore exists), X.4 the way there, X.7 a refusal by rule. Where the
code says no more than "failed", the words of the server are read.
"""

from __future__ import annotations

import re
from enum import StrEnum

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?:^|[\s:;>\"'(=<-])([45])\d\d[ :-]", re.MULTILINE)


class Reason(StrEnum):
    """What kept a mail from its reader."""

    NO_SUCH_ADDRESS = "no_such_address"
    NO_SUCH_HOST = "no_such_host"
    FULL = "full"
    REFUSED = "refused"  # by a rule of the other side: it says nothing of the address
    LATER = "later"  # not now
    UNKNOWN = "unknown"


DEAD = frozenset({Reason.NO_SUCH_ADDRESS, Reason.NO_SUCH_HOST})

# RFC 3463 section 3.2, and 5.1.10 of RFC 7505: the address of the recipient is wrong.
_NO_SUCH_STATUS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"})
_NO_ROUTE = frozenset({"5.4.4", "5.7.27"})  # RFC 3463: no route; RFC 7505: null MX
_REFUSED_STATUS = re.compile(r"5\.(?:7\.|1\.[78]$)")  # by rule, or for the sender
_FULL = re.compile(
    r"over ?quota|quota (?:is )?exceed|exceed\w* (?:\w+ ){0,3}quota|"
    r"(?:mailbox|inbox|mail box) (?:is )?(?:\w+ )?full|"
    r"insufficient (?:disk|system|storage)|storage (?:limit|exceeded)",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"spamhaus|\b(?:black|block|deny) ?list|blacklisted|too many (?:recipients|messages)|"
    r"sender (?:address )?(?:is )?(?:rejected|denied|refused)|domain of sender|"
    r"looks like spam|reputation|rate limit|"
    r"to(?:o many| too many) recipients",
    re.IGNORECASE,
)
_NO_SUCH_ADDRESS = re.compile(
    r"user (?:is )?unknown|unknown (?:user|recipient|address|mailbox|account)|"
    r"no such (?:user|recipient|mailbox|address|person|account)|"
    r"(?:does(?: not|n't) exist)|does(?: not|n't) have an? [^\s]* ?account|"
    r"(?:user|address|recipient|mailbox|account) (?:\S+ )?(?:was |is )?not (?:found|recogni[sz]ed)|"
    r"(?:name|address) is not recogni[sz]ed|address (?:was not|could ?n[o']t be) found|"
    r"not (?:a valid|a known|listed in)|(?:invalid|bad) (?:recipient|mailbox|address)|"
    r"no mailbox here",
    re.IGNORECASE,
)
_NO_SUCH_HOST = re.compile(
    r"host (?:\S+ )?(?:or domain name )?(?:is )?(?:not found|unknown)|"
    r"(?:host|domain)(?: name)? (?:is )?unknown|unrouteable|null ?mx|"
    r"no such (?:domain|host)|domain does(?: not|n't) exist|"
    r"illegal host|could(?: not|n't) find (?:a mail exchanger|any host)|"
    r"no mx (?:record )?found|domain is not reachable|"
    r"(?:host|domain) does(?: not|n't) accept mail",
    re.IGNORECASE,
)
# A server that took the recipient and refuses the content afterwards has not shown
# that there is no such reader, whatever its words.
_AFTER_DATA = re.compile(
    r"(?:in reply to|after) (?:the )?(?:end of )?DATA\b|^\s*>>> DATA\s*$|"
    r"SMTP command\s+DATA\b",
    re.IGNORECASE | re.MULTILINE,
)


def reason_of(*, status: str, words: str, transcript: str = "") -> Reason:
    """Tell why a mail failed from its code, the server's words and the whole talk."""
    for reason, holds in (
        (Reason.LATER, status.startswith("4")),
        (Reason.FULL, _FULL.search(words)),
        (Reason.NO_SUCH_HOST, status in _NO_ROUTE),
        (Reason.REFUSED, _REFUSED_STATUS.match(status) or _REFUSED.search(words)),
        (Reason.NO_SUCH_HOST, _NO_SUCH_HOST.search(words)),
        (Reason.NO_SUCH_ADDRESS, status in _NO_SUCH_STATUS),
        (Reason.UNKNOWN, not _NO_SUCH_ADDRESS.search(words)),
        (Reason.REFUSED, _AFTER_DATA.search(transcript)),
    ):
        if holds:
            return reason
    return Reason.NO_SUCH_ADDRESS


def status_in(words: str) -> str:
    """Return the most telling code in a server's words, or "".

    A code that names a cause counts before one that says only "failed" (X.0.0) or
    "expired" (X.4.7); a plain reply code such as 550 becomes 5.0.0.
    """
    codes: list[str] = STATUS.findall(words)
    found = [code for code in codes if not code.startswith("2")]
    telling = [code for code in found if not says_nothing(code)]
    if telling or found:
        return (telling or found)[0]
    plain = _REPLY_CODE.search(words)
    return f"{plain[1]}.0.0" if plain else ""


def says_nothing(status: str) -> bool:
    """Whether a code names no cause: failed, or too old."""
    return not status or status.endswith((".0.0", ".4.7"))
