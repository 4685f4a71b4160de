"""How a KPI is asked: `win_rate(basis=value)`, `attribution_u_shaped(weights=[0.3, 0, 0.7])`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accountlens.errors import AccountlensError

ASKED = re.compile(r"^\s*([a-z][a-z0-9_]*)\s*(?:\((.*)\))?\s*$", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """A KPI's name and the options given with it."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.options:
            return self.name
        return f"{self.name}({', '.join(f'{key}={write_value(value)}' for key, value in self.options.items())})"


def parse_asked(text: str) -> Asked:
    match = ASKED.match(text)
    if match is None:
        raise AccountlensError(
            f"'{text}' is no KPI.", mend="Write a name, or a name with options: win_rate(basis=value)."
        )
    name, inside = match.group(1), match.group(2)
    options: dict[str, Any] = {}
    for part in split_apart(inside or "", ","):
        key, sign, value = part.partition("=")
        if not sign or not re.fullmatch(r"[a-z][a-z0-9_]*", key.strip()):
            raise AccountlensError(
                f"'{part.strip()}' in '{text}' is no option.", mend="Options are written name=value."
            )
        options[key.strip()] = read_value(value.strip())
    return Asked(name, options)


def read_value(text: str) -> Any:
    """A number, true/false, none, a quoted text, a word, a [list] or a {mapping: of values}."""
    if text.startswith("[") and text.endswith("]"):
        return [read_value(item.strip()) for item in split_apart(text[1:-1], ",")]
    if text.startswith("{") and text.endswith("}"):
        pairs = [item.partition(":") for item in split_apart(text[1:-1], ",")]
        return {read_value(key.strip()): read_value(value.strip()) for key, _, value in pairs}
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        return float(text)
    return {"true": True, "false": False, "null": None}.get(text.lower(), text)


def write_value(value: Any) -> str:
    """The text that `read_value` reads back."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_value, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{write_value(k)}: {write_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, str) and not (re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value) and read_value(value) == value):
        quote = "'" if '"' in value else '"'
        return f"{quote}{value}{quote}"
    return str(value)


def split_apart(text: str, separator: str) -> list[str]:
    """Split at separators that stand outside quotes and brackets; empty parts are left out."""
    parts, depth, quote, current = [], 0, "", ""
    for sign in text:
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        depth += (sign in "[{(") - (sign in "]})")
        if sign == separator and not depth and not quote:
            parts.append(current)
            current = ""
        else:
            current += sign
    return [part for part in [*parts, current] if part.strip()]
