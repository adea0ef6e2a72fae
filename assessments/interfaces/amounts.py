"""Money as tables show it: the heading names the unit."""

from decimal import Decimal
from typing import Any


def yuan(amount: Any) -> str:
    """An amount with separators; cents only where there are some."""
    value = Decimal(str(amount or 0))
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
