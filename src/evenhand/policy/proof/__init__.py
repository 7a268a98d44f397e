"""Proof: what holds of a page for every case, and a case where it does not.

z3 does the proving. It comes with the extra `publish`: serving a desk goes without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from threading import Lock

from evenhand.policy.program import Page
from evenhand.policy.proof.changes import Comparison
from evenhand.policy.proof.findings import Report

SECONDS = 20.0
_ONE_AT_A_TIME = Lock()  # z3 keeps one state for the whole process


class NeedsProver(RuntimeError):
    """z3 is not installed."""

    def __init__(self) -> None:
        super().__init__("to prove a page: pip install 'evenhand[publish]'")


def check(
    page: Page,
    *,
    earlier: Sequence[str] = (),
    seconds: float = SECONDS,
    sql: bool | None = None,
) -> Report:
    """Check a page before it is published; `earlier` are the texts of its versions.

    The examples of the earlier versions are decided by this page. What cannot be
    settled within the seconds is a finding of its own. `sql`: whether Python is set
    against SQL on some hundred cases, by all rows; if not said, a page of more than 200
    rows is compared by a sample of them. Raises NeedsProver without z3.
    """
    _need_prover()
    from evenhand.policy.proof.checking import checked  # noqa: PLC0415  # z3 is an extra

    with _ONE_AT_A_TIME:
        return checked(page, earlier, seconds, sql=sql)


def compare(old: Page, new: Page, *, seconds: float = SECONDS) -> Comparison:
    """Prove that two versions decide alike, or find where they do not.

    Raises NeedsProver without z3.
    """
    _need_prover()
    from evenhand.policy.proof.comparing import compared  # noqa: PLC0415  # z3 is an extra

    with _ONE_AT_A_TIME:
        return compared(old, new, seconds)


def _need_prover() -> None:
    if find_spec("z3") is None:
        raise NeedsProver
