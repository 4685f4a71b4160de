"""What is dear to make: made once for all who ask at the same time, and kept while there is room for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Once(Generic[Key, Value]):
    """Keeps as much as its budget holds, by what `weigh` says; what was not asked for longest goes first.

    Safe to use from several threads. What could not be made is not kept: whoever waited for it gets the same error.
    """

    def __init__(self, budget: float, weigh: Callable[[Value], float] = lambda value: 1) -> None:
        self.budget, self.weigh, self.used = budget, weigh, 0.0
        self.hits = self.misses = 0
        self._known: OrderedDict[Key, tuple[Value, float]] = OrderedDict()
        self._making: dict[Key, Future[Value]] = {}
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value], *, keep: bool = True) -> Value:
        """What is kept under the key, else what `make` gives; without `keep` it is for who waits for it now alone."""
        with self._lock:
            if key in self._known:
                self.hits += 1
                self._known.move_to_end(key)
                return self._known[key][0]
            making = self._making.get(key)
            if making is None:
                self.misses += 1
                self._making[key] = mine = Future[Value]()
        return self._made(key, mine, make, keep) if making is None else making.result()

    def _made(self, key: Key, mine: Future[Value], make: Callable[[], Value], keep: bool) -> Value:
        try:
            value = make()
            weight = self.weigh(value)
        except BaseException as error:
            with self._lock:
                del self._making[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            if keep and weight <= self.budget / 4:  # one is not to push out all others
                self._known[key] = value, weight
                self.used += weight
            while self.used > self.budget:
                self.used -= self._known.popitem(last=False)[1][1]
        mine.set_result(value)
        return value
