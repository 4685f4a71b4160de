"""What a part of a page gives, as plain dictionaries and lists ready for JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Times in ISO 8601 with `Z`, days without; what is unknown, not a number or infinite is None."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return value.isoformat() + "Z"
        case date():
            return value.isoformat()
        case Decimal() | np.floating():
            return plain(float(value))
        case np.integer():
            return int(value)
        case np.ndarray():
            return [plain(one) for one in value.tolist()]
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case Sequence() | frozenset() | set():
            return [plain(one) for one in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no form in JSON")
