"""Company names as keys: what two spellings of one company have in common, from strict to loose."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("company_words.txt")
FULL, CORE, BARE, TIGHT = 1, 2, 3, 4  # levels of a key, the strict ones first
TIGHT_LENGTH = 6  # shorter names without their blanks say too little

# Letters that do not fall apart into a plain one and an accent.
_PLAIN = {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss"}
_CYRILLIC = dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True)) | {
    "ё": "e", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu",
    "я": "ya", "і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz",
}  # fmt: skip
_GREEK = dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)) | {
    "θ": "th", "χ": "ch", "ψ": "ps",
}  # fmt: skip
_LETTERS = str.maketrans(_PLAIN | _CYRILLIC | _GREEK)
_WRITTEN_OUT = re.compile("([aou])e")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})  # the other way to write them

_DOTTED = re.compile(r"\b(?:[a-z][./]){1,5}[a-z]\b\.?")  # s.p.a., a/s
_ITALIAN = re.compile(r"\bS\.? ?[Pp]\.? ?A\b\.?")  # a form of law, where "Spa" is a place
_APOSTROPHES = re.compile(r"['’`´]")
_NO_WORD = re.compile(r"[\W_]+")
_EASTERN = re.compile(
    "株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|\\(株\\)|㈱"
)  # stand without blanks


@dataclass(frozen=True)
class Key:
    """One key of a name. `country` is what was taken off a loose key: Acme UK → acme, gb."""

    level: int
    text: str
    country: str = ""


@dataclass(frozen=True)
class _Lists:
    """What `company_words.txt` says, in the order of its sections."""

    legal: dict[str, str]
    before: dict[str, str]
    short: dict[str, str]
    countries: dict[str, str]
    generic: dict[str, str]
    nobody: dict[str, str]


@cache
def _lists() -> _Lists:
    """Spelling → what it stands for, per section. A line is `canonical: spelling, spelling`."""
    sections: dict[str, dict[str, str]] = {}
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            canonical, _, spellings = line.partition(":")
            current |= {word.strip(): canonical for word in (spellings or canonical).split(",")}
    return _Lists(**sections)


def keys(name: str) -> list[Key]:
    """The keys of a name, the strict ones first; none where it names nobody: no letter or digit, n/a, self-employed.

    Level 1 is the whole name, 2 without its legal form, 3 without country and word order, in full words and the
    singular, 4 without blanks.
    """
    words = _words(unicodedata.normalize("NFKC", _ITALIAN.sub(" spalegal ", name) if "A" in name else name).lower())
    return list(_keys(words)) if words and " ".join(words) not in _lists().nobody else []


def account_keys(name: str) -> list[Key]:
    """The keys by which an account is found: also, loosely, with umlauts written out and the other way round."""
    found = keys(name)
    plain = unicodedata.normalize("NFKC", name).lower()
    others = {plain.translate(_UMLAUTS), _WRITTEN_OUT.sub(r"\1", plain)} - {plain}
    loose = [key for other in sorted(others) for key in keys(other) if key.level >= BARE]
    return list(dict.fromkeys([*found, *loose]))


def full_key(name: str) -> str:
    """The strict key, by which decisions are kept: "The ACME Co., Inc." → "acme co inc"."""
    return next((key.text for key in keys(name)), "")


def _keys(words: list[str]) -> Iterator[Key]:
    lists = _lists()
    first, last = _legal_forms(words)
    core = words[first:last]
    yield Key(FULL, " ".join([*words[:last], *(lists.legal[word] for word in words[last:])]))
    yield Key(CORE, " ".join(core))
    local, country = _without_country(core)
    yield Key(BARE, " ".join(sorted(_telling(local))), country)
    tight = "".join(local)
    if len(tight) >= TIGHT_LENGTH:
        yield Key(TIGHT, tight, country)


def _words(text: str) -> list[str]:
    """The words of a text in plain letters, without what the same company may leave out."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LETTERS)).translate(_LETTERS)
        text = unicodedata.normalize("NFC", "".join(one for one in text if not unicodedata.combining(one)))
        text = _EASTERN.sub(" ", text)
    text = _APOSTROPHES.sub("", text)
    if "." in text or "/" in text:
        text = _DOTTED.sub(_joined, text)
    words = [word for word in _NO_WORD.split(text) if word and word != "and"]
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _joined(found: re.Match[str]) -> str:
    letters = _NO_WORD.sub("", found.group())
    return " spalegal " if letters == "spa" else f" {letters} "


def _legal_forms(words: list[str]) -> tuple[int, int]:
    """Where a name begins and ends without the legal forms around it; it never ends empty."""
    lists, first, last = _lists(), 0, len(words)
    while last > 1 and words[last - 1] in lists.legal:
        last -= 1
    while last - first > 1 and words[first] in lists.before:
        first += 1
    return first, last


def _without_country(core: Sequence[str]) -> tuple[list[str], str]:
    """A country or region off the end, where what is left still tells a company: not of Air France."""
    lists = _lists()
    for length in (3, 2, 1):
        country = lists.countries.get(" ".join(core[-length:])) if len(core) > length else None
        left = list(core[:-length])
        if country and any(len(word) > 3 and word not in lists.generic for word in left):
            return left, country
    return list(core), ""


def _telling(words: Sequence[str]) -> list[str]:
    """The words that tell the company, plain; legal forms within a name tell nothing beside a word of letters."""
    legal = _lists().legal
    left = [_plain_word(word) for word in words if word != "of" and word not in legal]
    return left if any(len(word) > 2 and word.isalpha() for word in left) else list(words)


def legal_words() -> frozenset[str]:
    """Long words that tell no company: forms of law and countries. Near one of them, a word is it, misspelled."""
    lists = _lists()
    return frozenset(word for word in (*lists.legal, *lists.countries) if len(word) > 4 and word.isalpha())


def _plain_word(word: str) -> str:
    """In full and in the singular: "svcs" → "service", "bikes" → "bike"."""
    short = _lists().short
    if word in short:
        return short[word]
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return short.get(word, word)
