"""What is made once is kept while there is room, and made once for all who ask at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from accountlens.once import Once


def test_what_is_kept_is_not_made_again_and_the_longest_unasked_goes_first() -> None:
    made: list[str] = []
    kept: Once[str, str] = Once(8, len)

    def get(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key * 2)  # type: ignore[func-returns-value]

    assert [get(key) for key in "abcda"] == ["aa", "bb", "cc", "dd", "aa"]
    assert get("e") == "ee"  # pushes out b
    assert [get(key) for key in "acdeb"] == ["aa", "cc", "dd", "ee", "bb"]
    assert made == list("abcdeb")
    assert (kept.used, kept.misses, kept.hits) == (8, 6, 5)


def test_what_takes_too_much_room_is_not_kept() -> None:
    kept: Once[str, str] = Once(8, len)
    assert kept.get("small", lambda: "ab") == "ab"
    assert kept.get("large", lambda: "abc") == "abc"
    assert kept.get("large", lambda: "again") == "again"
    assert kept.get("small", lambda: "again") == "ab"


def test_many_at_once_wait_for_the_one_that_makes_it() -> None:
    kept: Once[str, int] = Once(8)
    made: list[int] = []
    begun, go, all_in = Event(), Event(), Barrier(8)

    def make() -> int:
        begun.set()
        go.wait(10)
        made.append(1)
        return 7

    def ask() -> int:
        all_in.wait(10)
        return kept.get("key", make)

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask) for _ in range(8)]
        assert begun.wait(10)
        go.set()
        assert [one.result() for one in answers] == [7] * 8
    assert made == [1]


def test_what_is_not_to_be_kept_is_given_to_those_who_wait_and_let_go() -> None:
    kept: Once[str, int] = Once(8)
    begun, asked = Event(), Event()

    class Asked(str):
        __slots__ = ()

        def __hash__(self) -> int:  # whoever looks has the lock, and sees that it is being made
            asked.set()
            return super().__hash__()

    def make() -> int:
        begun.set()
        asked.wait(10)
        return 7

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.get, "key", make, keep=False)
        assert begun.wait(10)
        second = pool.submit(kept.get, Asked("key"), lambda: 8, keep=False)
        assert (first.result(), second.result()) == (7, 7)
    assert kept.get("key", lambda: 9, keep=False) == 9
    assert kept.used == 0


def test_what_failed_is_told_and_tried_again() -> None:
    kept: Once[str, int] = Once(8)

    def fail() -> int:
        raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        kept.get("key", fail)
    assert kept.get("key", lambda: 1) == 1
