"""What a server of ours found out about a mail's sender (Authentication-Results, RFC 8601).

Anybody can write that field. Only what a named server of ours put on top is believed:
fields with its name, from the first of them down to the next Received line, and of each
method the topmost. The server must take out fields that strangers wrote in its name
(RFC 8601 section 5).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from evenhand.channels.mail.addresses import Address
from evenhand.channels.mail.fields import Fields

METHODS = ("spf", "dkim", "dmarc")
MOST_RESULTS = 50
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*+\)")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"")
_RESULT = re.compile(
    r"\s*([a-z][a-z0-9-]{0,30})(?:/\d+)?\s*=\s*([a-z]{2,12})\b", re.IGNORECASE
)
_PROPERTY = re.compile(
    r"\b(?:smtp|header)\.([a-z]{1,12})\s*=\s*(\S{1,320})", re.IGNORECASE
)
# The property that names the domain each method speaks of (RFC 8601 section 2.7).
_ABOUT = {"spf": ("mailfrom", "helo"), "dkim": ("d", "i"), "dmarc": ("from",)}


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result (`pass`, `fail`, `softfail`, `none`, …) and its domain."""

    method: str
    result: str
    domain: str

    @property
    def passed(self) -> bool:
        return self.result == "pass"


@dataclass(frozen=True, slots=True)
class Authentication:
    """What the trusted server said; `results` holds a passed DKIM signature first."""

    server: str
    results: tuple[Result, ...]

    def of(self, method: str) -> str:
        """Return the result of a method, or "" where the server says nothing of it."""
        return next((each.result for each in self.results if each.method == method), "")

    def vouches_for(self, author: Address) -> bool | None:
        """Whether the mail is from the domain in From; None where nothing tells.

        DMARC decides where it was tried (RFC 7489); else a pass of SPF or DKIM counts
        for the same or an enclosing domain, and a failure of SPF against it.
        """
        if self.of("dmarc") in {"pass", "fail"}:
            about = [each.domain for each in self.results if each.method == "dmarc"]
            return self.of("dmarc") == "pass" and (
                not about[0] or _aligned(about[0], author)
            )
        if any(each.passed and _aligned(each.domain, author) for each in self.results):
            return True
        return False if self.of("spf") in {"fail", "softfail"} else None


def authentication(
    fields: Fields, *, trusted: Collection[str]
) -> Authentication | None:
    """Return what one of the `trusted` servers (their names in the field) found."""
    names = {name.casefold() for name in trusted}
    server = ""
    found: dict[str, list[Result]] = {}
    for name, value in fields.items:
        if server and name == "received":
            break
        if name != "authentication-results":
            continue
        said, results = _read(value)
        if said not in names or (server and said != server):
            continue
        server = said
        for method, told in _by_method(results).items():
            found.setdefault(method, told)
    if not server:
        return None
    return Authentication(
        server, tuple(r for each in METHODS for r in found.get(each, ()))
    )


def _by_method(results: Iterator[Result]) -> dict[str, list[Result]]:
    grouped: dict[str, list[Result]] = {}
    for result in results:
        grouped.setdefault(result.method, []).append(result)
    # A mail may bear several signatures; one that holds is enough.
    return {
        method: sorted(told, key=lambda each: not each.passed)
        for method, told in grouped.items()
    }


def _read(value: bytes) -> tuple[str, Iterator[Result]]:
    """Part a field into the name of its server, case folded, and its results."""
    text = _without_comments(value[:8000].decode("utf-8", "replace"))
    text = _QUOTED.sub(lambda quoted: quoted[1].replace(";", ""), text)
    head, *told = text.split(";", MOST_RESULTS)
    words = head.split()
    named = words[0].casefold() if words and "=" not in head else ""
    return named, _results(told)


def _without_comments(text: str) -> str:
    """Take out comments, nested ones too, a few rounds deep."""
    for _ in range(5):
        shorter = _COMMENT.sub(" ", text)
        if shorter == text:
            break
        text = shorter
    return text


def _results(told: list[str]) -> Iterator[Result]:
    for each in told:
        found = _RESULT.match(each)
        if found and (method := found[1].lower()) in METHODS:
            about = {name.lower(): value for name, value in _PROPERTY.findall(each)}
            named = (about[key] for key in _ABOUT[method] if key in about)
            domain = next(named, "").rpartition("@")[2].strip("<>").casefold()
            yield Result(method, found[2].lower(), domain)


def _aligned(domain: str, author: Address) -> bool:
    """Whether a domain is the author's, one above it, or one below it (relaxed)."""
    if "." not in domain or not author.domain:
        return False
    return (
        author.domain == domain
        or author.domain.endswith(f".{domain}")
        or domain.endswith(f".{author.domain}")
    )
