"""Passwords: which are good enough, how they are kept, how they are compared in the same time for everybody."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from accountlens.errors import AccountlensError

LEAST, MOST = 12, 1000  # characters
LEAST_DIFFERENT = 6
_LIKE = "Four or five words that do not belong together are a good one."
_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory: 64 MiB
_at_once = BoundedSemaphore(2)  # many sign-ins wait instead of filling the memory


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _at_once:
        return _hasher.hash(_same(password))


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password; where nobody has one, that takes as long and is never so."""
    with _at_once:
        try:
            _hasher.verify(kept or _nobodys(), _same(password))
        except (Argon2Error, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with weaker parameters than those of today."""
    return _hasher.check_needs_rehash(kept)


def require_strong(password: str, *known: str) -> None:
    """Refuse what is guessed at once: short, monotonous, or made of what everybody knows (name, e-mail)."""
    if not LEAST <= len(password) <= MOST:
        raise AccountlensError(f"A password has {LEAST} to {MOST:,} characters.", mend=_LIKE)
    plain = password.casefold()
    rest = plain
    for word in sorted(_words(known), key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(rest)) < LEAST_DIFFERENT or _runs(rest):
        raise AccountlensError("That password is easily guessed.", mend=_LIKE)


def _words(known: tuple[str, ...]) -> set[str]:
    words = {part for one in known for part in one.casefold().replace("@", " ").replace(".", " ").split()}
    return {word for word in words | {"password", "accountlens", "qwerty"} if len(word) > 2}


def _runs(text: str) -> bool:
    """Whether it is mostly characters that follow one another, such as 123456789abc."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return bool(steps) and sum(step in (-1, 0, 1) for step in steps) > 0.7 * len(steps)


def _same(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody's password")
