"""Closed lists of words, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from evenhand.kernel.money import Money


class Verdict(StrEnum):
    """What a decision says about one issue."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"
    REDRESS_ALREADY_OFFERED = "redress_already_offered"
    OUT_OF_SCOPE = "out_of_scope"
    WITHDRAWN = "withdrawn"


class Basis(StrEnum):
    """By what the customer receives something."""

    LAW = "law"
    POLICY = "policy"
    GOODWILL = "goodwill"


class FindingStatus(StrEnum):
    """How sure a fact is: on record, said by the customer, checked by us, not known."""

    KNOWN = "known"
    CLAIMED = "claimed"
    VERIFIED = "verified"
    UNKNOWN = "unknown"


# What `give` means that nothing is handed over or done.
NOTHING_GIVEN = frozenset({"", "deny"})
# What `give` means a step before any verdict: look at it, hear somebody, ask above.
STEPS = frozenset({"diagnose", "hear", "investigate", "escalate"})
UPHOLDS = frozenset({Verdict.UPHELD, Verdict.PARTLY_UPHELD})


def verdict_of(*, verdict: object, give: object) -> Verdict:
    """Return the verdict a row states; without one, what it gives decides.

    A row that says `deny` and names no verdict does not uphold; any other does.
    """
    if isinstance(verdict, str) and verdict in set(Verdict):
        return Verdict(verdict)
    return Verdict.NOT_UPHELD if give in NOTHING_GIVEN else Verdict.UPHELD


def basis_of(basis: object, *, otherwise: Basis) -> Basis:
    """Return the basis a row states, or the given one where it states none."""
    if isinstance(basis, str) and basis in set(Basis):
        return Basis(basis)
    return otherwise


# On top of the policy's own sentence, so that the letter names the sum that is paid.
_GOODWILL = {
    "en": ("On top of that I give you {goodwill} as a gesture of goodwill", "."),
    "zh": ("此外,我以善意额外给您{goodwill}", "。"),
    "ja": ("加えて、当店の気持ちとして{goodwill}をお渡しいたします", "。"),
    "th": ("นอกจากนี้ ขอมอบให้อีก {goodwill} เพื่อแสดงน้ำใจ", ""),
}
_IN_ALL = {
    "en": ", {total} in all",
    "zh": ",合计{total}",
    "ja": "(合計{total})",
    "th": " รวมทั้งสิ้น {total}",
}
_JOINED = {"en": " ", "zh": "", "ja": "", "th": " "}


def with_goodwill(
    say: Mapping[str, str], *, goodwill: Money, total: Money | None
) -> dict[str, str]:
    """Return the sentences with one about goodwill behind each, amounts filled in.

    `total` is said too where there is one. Languages other than en, zh, ja and th are
    left as they are.
    """
    said = dict(say)
    for language, (sentence, stop) in _GOODWILL.items():
        if language in said:
            in_all = _IN_ALL[language].format(total=total) if total else ""
            added = sentence.format(goodwill=goodwill) + in_all + stop
            said[language] = f"{said[language]}{_JOINED[language]}{added}".strip()
    return said


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in this language, else English, else any, else an empty one."""
    wanted = language.partition("-")[0]
    for key in (wanted, "", "en", *texts):
        if texts.get(key):
            return texts[key]
    return ""
