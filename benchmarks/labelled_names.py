"""Company names with known answers: real ones of the public sets, spelled in other ways, among names nearly the same.

Of the real names two thirds are accounts; half of these have a sibling of nearly the same name, another account. The
rows ask for an account in another spelling, or for a company that is no account: one of the names held back, or an
account's name with a word that makes it another company. The generator knows nothing of how names are matched.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
WITHOUT_ACCOUNT = 0.3  # share of the rows whose company is no account
NEARLY_THE_SAME = 0.5  # share of these made of an account's own name
TWICE = 0.35  # share of the rows that are changed in two ways


@dataclass(frozen=True)
class Labelled:
    """`accounts`: id → name. `rows`: the name as written, the account it means or None, how it was changed."""

    accounts: dict[str, str]
    rows: list[tuple[str, str | None, str]]


def labelled(rows: int, seed: int, names: list[str] | None = None) -> Labelled:
    """The set of this seed; the same every time. Without names: those of the public sets, else invented ones."""
    draw = random.Random(seed)
    real = names or real_names() or invented_names(800, random.Random(7))
    draw.shuffle(real)
    kept, held_back = real[: len(real) * 2 // 3], real[len(real) * 2 // 3 :]
    vocabulary = sorted({word for name in real for word in name.split() if len(word) > 3})
    taken = {_plain(name) for name in real}
    accounts = list(kept)
    for name in kept[::2]:
        if (sibling := _another(name, vocabulary, draw)) and _plain(sibling) not in taken:
            taken.add(_plain(sibling))
            accounts.append(sibling)
    by_id = {f"A{number:05}": name for number, name in enumerate(accounts)}
    found = [_row(by_id, held_back, vocabulary, taken, draw) for _ in range(rows)]
    return Labelled(by_id, found)


def _row(
    accounts: dict[str, str], held_back: list[str], vocabulary: list[str], taken: set[str], draw: random.Random
) -> tuple[str, str | None, str]:
    if draw.random() >= WITHOUT_ACCOUNT:
        account = draw.choice(list(accounts))
        written, how = respelled(accounts[account], draw)
        return written, account, how
    if draw.random() >= NEARLY_THE_SAME:
        written, how = respelled(draw.choice(held_back), draw)
        return written, None, f"held back, {how}"
    while True:
        other = _another(draw.choice(list(accounts.values())), vocabulary, draw)
        if other and _plain(other) not in taken:
            return other, None, "nearly the same"


def real_names() -> list[str]:
    """The company names of the public sets, each once; none where these are not there."""
    if not SHARED.is_dir():
        return []
    with (SHARED / "adventureworks_sales_org" / "Store.csv").open(encoding="utf-8") as file:
        names = [row["Name"] for row in csv.DictReader(file)]
    with (SHARED / "maven_crm" / "accounts.csv").open(encoding="utf-8") as file:
        names += [row["account"] for row in csv.DictReader(file)]
    lines = (SHARED / "airbyte_records" / "zoho_crm.jsonl").read_text(encoding="utf-8").splitlines()
    names += re.findall(r'"Company": "([^"]*[A-Za-z][^"]*)"', "\n".join(lines))
    return list({_plain(name): " ".join(name.split()) for name in names}.values())


def invented_names(count: int, draw: random.Random) -> list[str]:
    """Names of two to four words, some of which many share."""
    found: dict[str, str] = {}
    while len(found) < count:
        words = [_invented_word(draw), *draw.sample(TRADES, draw.choice((0, 1, 1, 2)))]
        if draw.random() < 0.3:
            words.insert(draw.choice((0, 1)), draw.choice(PLACES))
        if draw.random() < 0.5:
            words.append(draw.choice(FORMS))
        name = " ".join(words)
        found.setdefault(_plain(name), name)
    return list(found.values())


TRADES = (
    "Foods Systems Bikes Sports Supply Logistics Media Foundry Textiles Energy Software Clinic Travel Hardware Tools "
    "Partners Services Solutions Manufacturing International Technologies Stores Outlet Trading Industries Motors"
).split()
PLACES = "North South East West Valley Mountain Coastal Central Pacific Atlantic Great New First United".split()
FORMS = ["Inc", "Inc.", "Corp", "Corporation", "Company", "Co.", "Ltd", "Limited", "LLC", "GmbH", "AG", "S.A.", "B.V."]
COUNTRIES = ["UK", "Germany", "France", "(UK)", "USA", "Canada", "Deutschland", "Italia", "Nederland", "Australia"]
SHORT = {
    "international": "Intl", "manufacturing": "Mfg.", "services": "Svcs", "service": "Svc.", "technologies": "Tech",
    "association": "Assn.", "brothers": "Bros", "national": "Nat'l", "industries": "Ind.", "center": "Ctr", "products":
    "Prod.", "supply": "Sply", "systems": "Sys", "company": "Co.", "corporation": "Corp.", "distributors": "Distr.",
    "management": "Mgmt", "equipment": "Equip.", "group": "Grp", "mountain": "Mtn", "department": "Dept",
}  # fmt: skip
ACCENTS = {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú", "c": "ç", "n": "ñ"}
CYRILLIC = dict(zip("abvgdezijklmnoprstufy", "абвгдезийклмнопрстуфы", strict=True)) | {"h": "х", "c": "к"}


def _invented_word(draw: random.Random) -> str:
    parts = [draw.choice("bcdfghklmnprstvwz") + draw.choice("aeiou") for _ in range(draw.choice((2, 3, 3)))]
    return ("".join(parts) + draw.choice(["", "n", "x", "r", "tech", "corp", "ly"])).capitalize()


def _plain(name: str) -> str:
    """What two names share that differ by punctuation, plural or form of law only: these mean one company."""
    words = name.split()
    core = " ".join(word for word in words if word not in FORMS) or name
    return re.sub(r"[\W_]+", "", re.sub(r"(ies|y|s)\b", "", core.lower()))


def _another(name: str, vocabulary: list[str], draw: random.Random) -> str | None:
    """The name of another company that looks like this one: a word exchanged, added or left out, another number."""
    words = name.split()
    way = draw.choice(("exchange", "exchange", "add", "number", "trade"))
    if way == "exchange":
        places = [at for at, word in enumerate(words) if len(word) > 3 and word.strip(".,") not in FORMS]
        if not places:
            return None
        words[draw.choice(places)] = draw.choice(vocabulary)
    elif way == "add":
        words.insert(draw.choice((0, len(words))), draw.choice(PLACES))
    elif way == "number":
        words.append(str(draw.randint(2, 99)))
    else:
        words[-1 if words[-1] not in FORMS else 0] = draw.choice(TRADES)
    other = " ".join(words)
    return other if _plain(other) != _plain(name) else None


def respelled(name: str, draw: random.Random) -> tuple[str, str]:
    """The same company, written as people write it: changed in one way or two, and how."""
    ways = draw.choices(list(WAYS), weights=[weight for weight, _ in WAYS.values()], k=1 + (draw.random() < TWICE))
    for way in dict.fromkeys(ways):
        name = WAYS[way][1](name, draw)
    return " ".join(name.split()), " + ".join(dict.fromkeys(ways))


def _typo(name: str, draw: random.Random) -> str:
    """A letter left out, doubled, exchanged or swapped, in a word of five letters or more where there is one."""
    words = name.split()
    long = [at for at, word in enumerate(words) if len(word) >= 5] or [0]
    at = draw.choice(long)
    word, place = words[at], draw.randrange(1, max(2, len(words[at]) - 1))
    words[at] = draw.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + word[place : place + 1] + word[place:],
            word[:place] + draw.choice("abcdefghijklmnopqrstuvwxyz") + word[place + 1 :],
            word[: place - 1] + word[place : place + 1] + word[place - 1 : place] + word[place + 1 :],
        ]
    )
    return " ".join(words)


def _legal_form(name: str, draw: random.Random) -> str:
    words = name.split()
    if words[-1] in FORMS and len(words) > 1:
        words = words[:-1]
        if draw.random() < 0.5:
            return " ".join(words)
    return " ".join(words) + draw.choice([" ", ", "]) + draw.choice(FORMS)


def _abbreviated(name: str, draw: random.Random) -> str:
    words = name.split()
    known = [at for at, word in enumerate(words) if word.lower() in SHORT]
    if known:
        at = draw.choice(known)
        words[at] = SHORT[words[at].lower()]
    return " ".join(words)


def _cut_short(name: str, draw: random.Random) -> str:
    """A long word cut off, as labels and form fields do."""
    words = name.split()
    at = max(range(len(words)), key=lambda place: len(words[place]))
    words[at] = words[at][:5] + "." if len(words[at]) > 8 else words[at]
    return " ".join(words)


def _punctuation(name: str, draw: random.Random) -> str:
    changes: list[Callable[[str], str]] = [
        str.upper,
        str.lower,
        lambda text: re.sub(r" & | and ", lambda found: " and " if "&" in found.group() else " & ", text),
        lambda text: text.replace("-", " ").replace("'", ""),
        lambda text: text.replace(" ", "-", 1),
        lambda text: f"{text}.",
        lambda text: f"The {text}" if not text.startswith("The ") else text[4:],
    ]
    return draw.choice(changes)(name)


def _accents(name: str, draw: random.Random) -> str:
    places = [at for at, letter in enumerate(name) if letter in ACCENTS]
    for at in draw.sample(places, min(2, len(places))):
        name = name[:at] + ACCENTS[name[at]] + name[at + 1 :]
    return name


def _cyrillic(name: str, draw: random.Random) -> str:
    """In Cyrillic letters where the name can be written so letter by letter."""
    lower = name.lower()
    return "".join(CYRILLIC.get(one, one) for one in lower) if set(lower) <= {*CYRILLIC, " "} - {"c"} else name


def _subsidiary(name: str, draw: random.Random) -> str:
    words = name.split()
    core = " ".join(words[:-1]) if words[-1] in FORMS and len(words) > 1 else name
    return f"{core} {draw.choice(COUNTRIES)} {draw.choice(['', '', 'Ltd', 'GmbH', 'Inc.'])}"


def _word_order(name: str, draw: random.Random) -> str:
    words = name.split()
    return f"{words[-1]} {' '.join(words[:-1])}" if draw.random() < 0.5 else f"{' '.join(words[1:])}, {words[0]}"


def _blanks(name: str, draw: random.Random) -> str:
    """A blank left out, or one put into a long word."""
    if " " in name and draw.random() < 0.7:
        return name.replace(" ", "", 1)
    return re.sub(r"([A-Za-z]{4})([a-z]{4})", r"\1 \2", name, count=1)


def _number_of_things(name: str, draw: random.Random) -> str:
    words = name.split()
    at = -2 if words[-1] in FORMS and len(words) > 1 else -1
    words[at] = words[at][:-1] if words[at].endswith("s") else f"{words[at]}s"
    return " ".join(words)


WAYS: dict[str, tuple[int, Callable[[str, random.Random], str]]] = {
    "typo": (25, _typo),
    "legal form": (18, _legal_form),
    "punctuation": (18, _punctuation),
    "abbreviation": (10, _abbreviated),
    "subsidiary": (8, _subsidiary),
    "word order": (6, _word_order),
    "accents": (5, _accents),
    "plural": (4, _number_of_things),
    "blanks": (3, _blanks),
    "cut short": (2, _cut_short),
    "cyrillic": (1, _cyrillic),
}
