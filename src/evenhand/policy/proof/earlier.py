"""The examples of a page and of its earlier versions, decided by this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evenhand.policy.errors import PolicyError
from evenhand.policy.examples import check_examples
from evenhand.policy.loading import read
from evenhand.policy.program import Page
from evenhand.policy.proof.findings import Finding, Kind
from evenhand.policy.proof.wording import sentence, told_case
from evenhand.policy.saying import _
from evenhand.policy.tree import Example


def own_examples(page: Page, proved: list[str]) -> Iterator[Finding]:
    """Give the examples of the page that it answers otherwise than they say."""
    faults = check_examples(page)
    count = len(page.policy.examples)
    if count == 1 and not faults:
        proved.append(_("The example is decided as it says."))
    elif count and not faults:
        proved.append(_("All {count} examples are decided as they say.", count=count))
    for fault in faults:
        yield Finding(
            kind=Kind.EXAMPLE_FAILS,
            what=_(
                "The example in line {line} is not decided as it says: {what}.",
                line=fault.line,
                what=fault.what,
            ),
            meaning=_(
                "Either the example or the rows say something that is not meant."
            ),
            # it may begin with the id of a row, which is no word to write large
            proposal=fault.instead and f"{fault.instead}.",
            line=fault.line,
        )


def earlier_examples(
    page: Page, earlier: Sequence[str], proved: list[str]
) -> Iterator[Finding]:
    """Give the examples of earlier versions that this page answers differently.

    An example that several versions hold is told of once, under the latest of them.
    `earlier` is in the order of publishing.
    """
    seen: set[str] = {_key(one) for one in page.policy.examples}
    found = 0
    for text in reversed(earlier):
        try:
            old = read(text)
        except PolicyError as error:
            yield _unreadable(error)
            continue
        for example in old.policy.examples:
            if _key(example) not in seen:
                seen.add(_key(example))
                found += 1
                yield from _differing(page, old, example)
    if found == 1:
        proved.append(_("One example of an earlier version was decided."))
    elif found:
        proved.append(
            _("{found} examples of earlier versions were decided.", found=found)
        )


def _key(example: Example) -> str:
    return repr(sorted(example.given.items(), key=lambda item: item[0]))


def _differing(page: Page, old: Page, example: Example) -> Iterator[Finding]:
    asked = replace(page.policy, examples=(example,))
    for fault in check_examples(replace(page, policy=asked)):
        told = told_case(old, example.given)
        version = old.policy.head.version
        yield Finding(
            kind=Kind.EARLIER_EXAMPLE,
            what=_(
                "An example of version {version} (line {line} there) is "
                "decided otherwise: {case}: {fault}.",
                version=version,
                line=fault.line,
                case=sentence(told),
                fault=fault.what,
            ),
            meaning=_("What was promised by example has changed."),
            proposal=_(
                "If that is meant, say so when you publish, and write the "
                "example with its new answer; if not, mend the rows."
            ),
            line=fault.line,
            others=(version,),
            case=told,
            facts=dict(example.given),
        )


def _unreadable(error: PolicyError) -> Finding:
    return Finding(
        kind=Kind.EARLIER_EXAMPLE,
        what=_(
            "The examples of an earlier version could not be read: {value}.",
            value=error.faults[0],
        ),
        meaning=_("Whether they still hold is not known."),
    )
