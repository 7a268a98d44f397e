"""Money as whole minor units of one currency; never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import Self

# Digits after the point, all of ISO 4217 (list one). Currencies not named here have two.
_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
MINOR_DIGITS = {
    **dict.fromkeys(_WHOLE.split(), 0),
    **dict.fromkeys(_THOUSANDTHS.split(), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
SIGNS = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "CNY": "¥",
    "JPY": "¥",
    "THB": "฿",
}


# Digits of any script; no exponent, for "1e9" is a slip and never an amount.
_TYPED = re.compile(r"[+-]?(?:\d*|\d{1,3}(?:,\d{3})+)(?:\.\d*)?")
# Of minor units, below zero too: far above any price, far below what a column holds.
LARGEST = 10**15


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared."""


def minor_digits(currency: str) -> int:
    """Return how many digits follow the point in this currency (ISO 4217)."""
    return MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents, fen, satang; whole yen) of an ISO 4217 code."""

    minor: int
    currency: str = "EUR"

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        """Read major units ("129.00") exactly.

        ValueError if finer than the currency, or LARGEST minor units or more:
        "1e999990" is a short text, and a number whose reckoning takes minutes.
        """
        try:
            scaled = Decimal(amount).scaleb(minor_digits(currency))
        except DecimalException as error:
            raise ValueError(f"{amount!r} is not an amount, such as 129.00") from error
        if scaled.is_finite() and abs(scaled) >= LARGEST:
            raise ValueError(f"{amount!r} is not an amount that anybody pays")
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{amount!r} is finer than one minor unit of {currency}")
        return cls(int(scaled), currency)

    @classmethod
    def entered(cls, text: str, currency: str) -> Self:
        """Read what a person typed: "20", "20.00", "1,129.50"; ValueError otherwise.

        A comma may only part thousands: "20,00" is refused, for it is twenty to one
        reader and two thousand to another.
        """
        text = text.strip()
        if not _TYPED.fullmatch(text):
            raise ValueError(f"{text!r} is not an amount, such as 1,129.00")
        return cls.of(text.replace(",", ""), currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def share(self, percent: int | Decimal) -> Self:
        """Return so many percent of this, half a minor unit rounded away from zero."""
        part = Decimal(self.minor) * Decimal(percent) / 100
        return type(self)(int(part.quantize(Decimal(1), ROUND_HALF_UP)), self.currency)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._minor_of(other), self.currency)

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._minor_of(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """Show as a person reads it: €129.00, ¥1,099, ฿450.00."""
        digits = minor_digits(self.currency)
        sign = SIGNS.get(self.currency, f"{self.currency} ")
        minus = "-" if self.minor < 0 else ""
        return f"{minus}{sign}{abs(self.major):,.{digits}f}"

    def _minor_of(self, other: Self) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self} and {other} are of different currencies")
        return other.minor
