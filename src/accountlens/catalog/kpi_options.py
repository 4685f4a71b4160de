"""The options of a KPI: those it names, those all of its kind have, their values, and what a file says by them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import inf
from typing import Any

from accountlens.errors import AccountlensError, suggest
from accountlens.language.kpi import Option
from accountlens.warehouses.expand import parameters_in

# Options every KPI takes (sheet, section 13: "every rate by accounts or events").
COMMON_OPTIONS: Mapping[str, Option] = {
    "membership": Option("membership", "at_event", ("at_event", "at_period_end", "ever")),
}
# Options of rates (G3): a group's own rate, or the mean of its accounts' rates.
RATE_UNITS = ("fraction", "ratio")
RATE_OPTIONS: Mapping[str, Option] = {"rollup": Option("rollup", "pooled", ("pooled", "mean_of_accounts"))}
# Options of every KPI that carries an interval (sheet, G8).
INTERVAL_OPTIONS: Mapping[str, Option] = {"level": Option("level", 0.95, between=(0, 1))}
# What says how a KPI is asked as a whole: nothing of it goes along with a measure that another KPI takes.
OF_THE_WHOLE = frozenset({*COMMON_OPTIONS, *RATE_OPTIONS, *INTERVAL_OPTIONS})


def shared_options(unit: Any, interval: Any) -> dict[str, Option]:
    """The options a KPI has without naming them, by its `unit` and `interval` as written: one, or a choice."""
    found = dict(COMMON_OPTIONS)
    if set(_choices(unit)) & set(RATE_UNITS):
        found |= RATE_OPTIONS
    return {**found, **(INTERVAL_OPTIONS if kinds_of(interval) else {})}


def _choices(written: Any) -> list[str]:
    return list(map(str, written.values() if isinstance(written, dict) else [written]))


def kinds_of(written: Any) -> set[str]:
    """The kinds of interval a KPI may come to have, by `interval` as written: one, or a choice by options."""
    if isinstance(written, Mapping) and "when" not in written:
        return {"standard_error"}
    if not isinstance(written, Mapping):
        return {written} if written else set()
    return {kind for key, item in written.items() if key != "when" for kind in kinds_of(item)}


def check_option(kpi: str, options: Mapping[str, Option], name: str, value: Any) -> None:
    """`AccountlensError` where the KPI has no such option, or the option no such value."""
    option = options.get(name)
    if option is None:
        known = ", ".join(options) or "none"
        raise AccountlensError(
            f"{kpi} has no option '{name}' (its options: {known}).",
            mend=suggest(name, options),
        )
    if option.values and value not in option.values:
        words = ", ".join(map(str, option.values))
        raise AccountlensError(f"{kpi}({name}={value}): the values are {words}.")
    if (option.between or _is_number(option.default)) and not _is_number(value):
        raise AccountlensError(f"{kpi}({name}={value}): a number is needed.")
    if option.between and not option.between[0] < value < option.between[1]:
        low, high = option.between
        wanted = f"above {low:g}" if high == inf else f"between {low} and {high}"
        raise AccountlensError(f"{kpi}({name}={value}): a number {wanted} is needed.")
    if isinstance(option.default, list) and (lacking := _lacking(option.default, value)):
        raise AccountlensError(f"{kpi}({name}={value}): {lacking} is needed.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _lacking(default: list[Any], value: Any) -> str | None:
    """What a value lacks that stands for a list. Numbers each have their place, so there are as many of them."""
    if not isinstance(value, list):
        return "a list, such as [one, two],"
    if not all(map(_is_number, default)) or not default:
        return None
    fits = len(value) == len(default) and all(_is_number(item) and item >= 0 for item in value)
    return None if fits else f"a list of {len(default)} numbers, none below 0,"


def choose(value: Any, options: Mapping[str, Any]) -> Any:
    """Follow every `{when: option, …}`, and write option values into `$option` keys."""
    if isinstance(value, dict) and "when" in value:
        asked = options.get(value["when"])
        word = {True: "true", False: "false"}.get(asked, asked) if isinstance(asked, bool) else asked
        by_text = {str(_yaml_word(key)): item for key, item in value.items() if key != "when"}
        if str(word) not in by_text and "else" in by_text:
            return choose(by_text["else"], options)
        if str(word) not in by_text:
            raise ValueError(f"'when: {value['when']}' has no case for '{word}'")
        return choose(by_text[str(word)], options)
    if isinstance(value, dict):
        return {_key(key, options): choose(item, options) for key, item in value.items()}
    if isinstance(value, list):
        return [choose(item, options) for item in value]
    return value


def _yaml_word(key: Any) -> Any:
    return {True: "true", False: "false"}[key] if isinstance(key, bool) else key


def _key(key: Any, options: Mapping[str, Any]) -> Any:
    return options.get(key[1:], key) if isinstance(key, str) and key.startswith("$") else key


def with_options(text: Any, options: Mapping[str, Any]) -> str | None:
    """A text with the values of the `$options` it names."""
    return None if text is None else re.sub(r"\$([a-z_]+)", lambda match: str(options.get(match[1])), str(text))


def parameter_of(value: Any, options: Mapping[str, Any]) -> Any:
    """A measure's fact parameter, which may itself name an option: `parameters: {window_days: $window_days}`."""
    used = parameters_in(value) if isinstance(value, str) else set()
    return options[value[1:]] if used and value == f"${next(iter(used))}" else value
