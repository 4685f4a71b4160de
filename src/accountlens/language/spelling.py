"""A slip of the fingers: `teir` for `tier`. Only where no other word can be meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

LEAST = 3  # letters
LONG = 8  # letters from which on more than one slip is forgiven
ALIKE = 0.85  # how much of two long spellings is the same


def one_slip(typed: str, meant: str) -> bool:
    """One letter too many, too few, another one, or two that changed places."""
    while typed and meant and typed[0] == meant[0]:
        typed, meant = typed[1:], meant[1:]
    while typed and meant and typed[-1] == meant[-1]:
        typed, meant = typed[:-1], meant[:-1]
    return (len(typed) <= 1 and len(meant) <= 1) or (len(typed) == 2 and typed == meant[::-1])


def meant_by(typed: str, known: Collection[str]) -> str | None:
    """The one word of `known` that was meant; none where there are several, or the word is too short to tell."""
    if len(typed) < LEAST or not typed.isalpha():
        return None
    near = [word for word in known if abs(len(word) - len(typed)) < 2 and len(word) >= LEAST and one_slip(typed, word)]
    first = [word for word in near if word[0] == typed[0]] or near
    if not first and len(typed) >= LONG:
        first = get_close_matches(typed, known, n=2, cutoff=ALIKE)
    return first[0] if len(first) == 1 else None
