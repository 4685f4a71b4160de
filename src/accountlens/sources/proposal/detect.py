"""Value detectors: what the texts of a column are. Dates, numbers, money, yes and no, addresses, codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from accountlens.sources.proposal.knowledge import knowledge

Values = Sequence[tuple[str, int]]  # text, how often

NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?|-?\.\d+")
MONEY = re.compile(r"[(-]?\s*(?:[A-Z]{3}|[$€£¥₹])?\s*-?\d[\d.,'’\s]*\)?\s*(?:[A-Z]{3}|[$€£¥₹]|zł)?")
PERCENT = re.compile(r"-?\d+([.,]\d+)?\s*%")
ISO_TIME = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T]\d{1,2}:\d{2}.*)?|\d{4}[-.]?\d{2}[-.]?\d{2}")
NUMERIC_DAY = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})( \d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?)?")
NAMED_DAY = re.compile(r"\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4}")
MONTH = re.compile(r"([A-Za-z]{3,9})[ -](\d{4}|\d{2})|\d{4}-\d{2}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
DOMAIN = re.compile(r"(https?://)?(www\.)?[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*\.[a-z]{2,}(/.*)?", re.IGNORECASE)
CURRENCY = re.compile(r"[A-Z]{3}")
FLAGS = frozenset({"true", "false", "t", "f", "yes", "no", "y", "n", "1", "0", "1.0", "0.0"})
READABLE = 0.9  # a column is of a kind when this share of its values is


@dataclass(frozen=True)
class Reading:
    """How texts become times or numbers, as SQL over `{}`; `doubt` says what could not be decided."""

    sql: str
    doubt: str | None = None


def kinds(values: Values) -> dict[str, float]:
    """Share of the filled cells that look like each kind."""
    tests: dict[str, Callable[[str], object]] = {
        "number": NUMBER.fullmatch, "percent": PERCENT.fullmatch, "time": _is_time, "flag": _is_flag,
        "email": EMAIL.fullmatch, "domain": DOMAIN.fullmatch, "currency": _is_currency, "country": _is_country,
        "money": _is_money,
    }  # fmt: skip
    total = sum(count for _, count in values) or 1
    return {kind: sum(count for text, count in values if test(text.strip())) / total for kind, test in tests.items()}


def _is_time(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (ISO_TIME, NUMERIC_DAY, NAMED_DAY, MONTH))


def _is_flag(text: str) -> bool:
    return text.lower() in FLAGS


def _is_currency(text: str) -> bool:
    return bool(CURRENCY.fullmatch(text))


def _is_country(text: str) -> bool:
    return text in knowledge().country_codes or text.casefold() in _countries()


def _is_money(text: str) -> bool:
    return bool(MONEY.fullmatch(text)) and any(letter.isdigit() for letter in text)


@cache
def _countries() -> frozenset[str]:
    return frozenset(name.casefold() for name in knowledge().countries)


def time_reading(values: Values) -> Reading | None:
    """How to read times that are not written with the year first; `None` where nothing needs doing."""
    texts = [text.strip() for text, _ in values]
    if _share(texts, ISO_TIME) >= READABLE or _share(texts, NAMED_DAY) >= READABLE:
        return None
    if _share(texts, NUMERIC_DAY) >= READABLE:
        return _numeric_day(texts)
    if _share(texts, MONTH) >= READABLE:
        forms = ["%Y-%m", "%B %Y", "%b %Y", "%b-%y", "%b-%Y", "%B-%Y"]
        return Reading(_strptime(forms), "these are months: each stands for its first day")
    if texts and all(re.fullmatch(r"1[0-9]{9}", text) for text in texts):
        return Reading("strftime(make_timestamp(CAST({} AS BIGINT) * 1000000), '%Y-%m-%d %H:%M:%S')")
    if texts and all(re.fullmatch(r"1[0-9]{12}", text) for text in texts):
        return Reading("strftime(make_timestamp(CAST({} AS BIGINT) * 1000), '%Y-%m-%d %H:%M:%S')")
    if texts and all(re.fullmatch(r"[34][0-9]{4}(\.\d+)?", text) for text in texts):
        return Reading(
            "CAST(DATE '1899-12-30' + CAST(CAST({} AS DOUBLE) AS INTEGER) AS VARCHAR)", "read as Excel's day numbers"
        )
    return None


def _numeric_day(texts: Iterable[str]) -> Reading:
    found = [match for match in map(NUMERIC_DAY.fullmatch, texts) if match]
    first, third = max(int(match[1]) for match in found), max(int(match[3]) for match in found)
    mark = found[0][2]
    doubt = None
    if first > 12 or (third <= 12 and mark == "."):
        order = ["%d", "%m"]
    elif third > 12:
        order = ["%m", "%d"]
    else:
        order = ["%d", "%m"]
        doubt = f"day or month first? No value tells; read as day first ({found[0][0]})"
    year = "%Y" if all(len(match[4]) == 4 for match in found) else "%y"
    day = mark.join([*order, year])
    forms = [day]
    if any(match[5] for match in found):
        forms += [f"{day} %H:%M:%S", f"{day} %H:%M", f"{day} %I:%M %p", f"{day} %I:%M:%S %p"]
    return Reading(_strptime(forms), doubt)


def _strptime(forms: Sequence[str]) -> str:
    """What fits no form goes on as it is, so that it ends in quarantine with its text."""
    listed = ", ".join(f"'{form}'" for form in forms)
    shown = f"[{listed}]" if len(forms) > 1 else listed
    return f"coalesce(CAST(try_strptime({{}}, {shown}) AS VARCHAR), {{}})"


def number_reading(values: Values) -> Reading | None:
    """How to read numbers with signs, separators or brackets; `None` where they are plain."""
    texts = [text.strip() for text, _ in values]
    if _share(texts, NUMBER) >= READABLE:
        return None
    if _share(texts, PERCENT) >= READABLE:
        return Reading("CAST(replace(replace({}, '%', ''), ',', '.') AS DOUBLE) / 100")
    comma = sum(bool(re.search(r",\d{1,2}\D*$", text)) for text in texts)
    point = sum(bool(re.search(r"\.\d{1,2}\D*$", text)) for text in texts)
    thousands = sum(bool(re.search(r"[.]\d{3}\D*$", text)) for text in texts) if comma else 0
    keep = ",." if comma > point or thousands > point else ".,"
    bare = f"regexp_replace({{}}, '[^0-9{keep[0]}()-]', '', 'g')"
    if keep[0] == ",":
        bare = f"replace({bare}, ',', '.')"
    sql = f"regexp_replace({bare}, '^\\((.*)\\)$', '-\\1')"
    doubt = None
    if not comma and not point and any("," in text or "." in text for text in texts):
        doubt = "is the sign in these numbers a decimal or a thousands mark? Read as thousands"
    return Reading(sql, doubt)


def _share(texts: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(text)) for text in texts) / len(texts) if texts else 0.0


def symbol_currency(values: Values) -> Mapping[str, int]:
    """Currencies by the signs in the values: {'EUR': 12}."""
    found: dict[str, int] = {}
    for text, count in values:
        for sign, code in knowledge().symbols.items():
            if sign in text:
                found[code] = found.get(code, 0) + count
    return found
