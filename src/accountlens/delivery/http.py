"""Posting to a web address that the settings name: no redirect is followed, nothing waits for ever."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import timedelta
from http.client import HTTPException, HTTPMessage
from ipaddress import ip_address
from queue import Empty, Queue
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from accountlens.delivery.channel import HandingOver, NotSentError, UnknownError
from accountlens.errors import AccountlensError

SILENT_SECONDS, IN_ALL_SECONDS = 15.0, 30.0
MOST_READ = 2_000  # bytes of an answer
LONGEST_WAIT = timedelta(days=1)  # that a receiver may ask for
GONE = 410
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)  # Standard Webhooks, "Retries"
)


class _Staying(HTTPRedirectHandler):
    """Who answers for an address could else send the request on, to where only this server gets to."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def post(url: str, body: bytes, headers: Mapping[str, str], handing: HandingOver) -> str:
    """POST it; status and the beginning of the answer. `NotSentError` or `UnknownError` for all but a 2xx."""
    check_address(url)
    request = Request(url, body, {"User-Agent": "accountlens", **headers}, method="POST")
    results = Queue[str | AccountlensError]()
    handing()
    # A server that sends a sign now and then never falls silent: the thread is left to itself after a while.
    threading.Thread(target=lambda: results.put(_result(request)), daemon=True).start()
    try:
        found = results.get(timeout=IN_ALL_SECONDS)
    except Empty:
        raise UnknownError(f"It did not answer within {IN_ALL_SECONDS:.0f} seconds.") from None
    if isinstance(found, AccountlensError):
        raise found
    return found


def post_json(url: str, told: Any, headers: Mapping[str, str], handing: HandingOver) -> str:
    body = json.dumps(told, ensure_ascii=False).encode()
    return post(url, body, {"Content-Type": "application/json", **headers}, handing)


def check_address(url: str) -> None:
    """Refuse what is no web address, and what anybody on the way could read."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise NotSentError("Its address must begin with https://.", lasting=True)
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise NotSentError("Its address begins with http://, which anybody on the way reads.", lasting=True)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _result(request: Request) -> str | AccountlensError:
    try:
        with build_opener(_Staying).open(request, timeout=SILENT_SECONDS) as answer:
            return f"{answer.status} {_beginning(answer)}".strip()
    except HTTPError as error:
        with error:
            return _refused(error)
    except URLError as error:  # before a byte of the request was taken, but for a time-out while it was sent
        if isinstance(error.reason, TimeoutError):
            return UnknownError("It fell silent.")
        return NotSentError(f"It cannot be reached: {error.reason}.")
    except (OSError, HTTPException) as error:
        return UnknownError(f"The connection broke before its answer: {str(error) or type(error).__name__}.")


def _refused(error: HTTPError) -> NotSentError:
    if 300 <= error.code < 400:
        host = urlsplit(error.headers.get("Location", "")).hostname or "elsewhere"
        return NotSentError(f"It answers {error.code} and points to {host}; that is not followed.")
    said = f"It answers {error.code} {_beginning(error)}".strip()
    return NotSentError(f"{said.rstrip('.')}.", lasting=error.code == GONE, wait=_asked_to_wait(error))


def _asked_to_wait(error: HTTPError) -> timedelta | None:
    asked = error.headers.get("Retry-After", "")
    return min(timedelta(seconds=int(asked)), LONGEST_WAIT) if asked.isdecimal() and len(asked) < 9 else None


def _beginning(answer: IO[bytes]) -> str:
    try:
        text = answer.read(MOST_READ).decode(errors="replace")
    except (OSError, HTTPException):
        return ""
    return " ".join(text.split())[:200]
