"""Write to the ledger what happened in a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from evenhand.cases.models import Case
from evenhand.ledger import actions as ledger


def tell(
    case: Case,
    *,
    kind: str,
    by: str,
    at: datetime,
    about: str = "",
    data: Mapping[str, object] | None = None,
) -> None:
    """Write to the ledger what happened to the case, or to the thing in it named."""
    matter = case.as_matter
    ledger.record(
        kind=kind, subject=about or matter, matter=matter, by=by, at=at, data=data
    )
