"""Files behind URLs, fetched with what a server may do wrong told in words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener

from pydantic import ConfigDict, Field, field_validator

from accountlens import errors
from accountlens.catalog.settings import SourceSettings
from accountlens.sources.naming import table_name
from accountlens.sources.secrets import Secrets, bare_secret
from accountlens.sources.sniff import SUFFIXES

PIECE = 1 << 16
SCHEMES = ("https://", "http://", "webcal://")
PAGES = (b"<!doctype html", b"<html")
ADVICE = {
    401: "It wants to know who asks: is the sheet published, or a header missing?",
    403: "Is the sheet published, or shared with everyone who has the link?",
    404: "Is the address right?",
}


class WebSettings(SourceSettings):
    """What every source takes whose files lie behind URLs."""

    model_config = ConfigDict(extra="forbid")

    urls: dict[str, str]
    headers: dict[str, str] = Field(
        default_factory=dict, description='Sent along, for example {Authorization: "Bearer ${SHEET_TOKEN}"}.'
    )
    timeout_seconds: float = Field(30, gt=0, description="How long a server may stay silent.")
    max_megabytes: float = Field(200, gt=0, description="A larger file is refused.")

    @field_validator("urls")
    @classmethod
    def _are_of_the_web(cls, urls: dict[str, str]) -> dict[str, str]:
        for name, url in urls.items():
            if table_name(name) != name:
                raise ValueError(f"the table name '{name}' must be lower-case letters, digits and _")
            if not url.startswith((*SCHEMES, "${")):
                raise ValueError(f"the address of {name} must begin with https:// or http://")
            if bare_secret(url):
                raise ValueError(f"a secret stands in the address of {name}; write ${{A_NAME}} in its place")
        return urls


def download(source: WebSettings, secrets: Secrets, url: str, place: Path, where: str, no_page: str) -> Path:
    """The file at `place`, with an ending; what it is, is decided by its content. `no_page` mends a web page."""
    if not url.startswith(SCHEMES):  # a secret may hold the whole address
        raise errors.AccountlensError("An address must begin with https:// or http://.", where)
    url = url.replace("webcal://", "https://", 1)
    request = Request(url, headers={"User-Agent": "accountlens", "Accept": "text/csv, text/calendar, */*;q=0.5"})
    for header, value in source.headers.items():  # not sent along to where a server sends us on
        request.add_unredirected_header(header, secrets.fill(value, f"{where}, headers"))
    try:
        with build_opener().open(request, timeout=source.timeout_seconds) as answer:
            path = place.with_suffix(_ending(url, answer))
            with path.open("wb") as file:
                for piece in _pieces(answer, source.max_megabytes, where):
                    file.write(piece)
    except HTTPError as error:
        error.close()
        what = f"The server answered {error.code} {error.reason}."
        raise errors.AccountlensError(secrets.hide(what), where, ADVICE.get(error.code)) from None
    except (URLError, OSError, HTTPException, ValueError) as error:
        raise errors.AccountlensError(secrets.hide(_why(error, source.timeout_seconds)), where) from None
    with path.open("rb") as file:
        if file.read(200).lstrip().lower().startswith(PAGES):
            raise errors.AccountlensError("There is a web page at this address, not a file.", where, no_page)
    return path


def _ending(url: str, answer: HTTPResponse) -> str:
    """By the address, else by what the server calls it; text is CSV where nothing is said."""
    ending = Path(urlsplit(url).path).suffix.lower()
    if ending in (*SUFFIXES, ".ics"):
        return ending
    told = answer.headers.get_content_type()
    known = {"json": ".json", "spreadsheet": ".xlsx", "excel": ".xlsx", "parquet": ".parquet", "tab-separated": ".tsv"}
    return next((ending for word, ending in known.items() if word in told), ".csv")


def _pieces(answer: HTTPResponse, most: float, where: str) -> Iterator[bytes]:
    taken = 0
    expected = int(answer.headers.get("Content-Length") or 0)
    while piece := answer.read(PIECE):
        taken += len(piece)
        if max(taken, expected) > most * 1_000_000:
            what = f"The file is larger than {most:g} MB."
            raise errors.AccountlensError(what, where, "Set max_megabytes of the source if that is right.")
        yield piece
    if taken < expected:
        raise OSError(f"the connection was cut after {taken:,} of {expected:,} bytes")


def _why(error: Exception, seconds: float) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return f"The server said nothing for {seconds:g} seconds."
    if isinstance(reason, socket.gaierror):
        return "There is no server of that name, or no network here."
    if isinstance(reason, ssl.SSLError):
        return f"The server's certificate is not trusted: {reason.reason or reason}."
    if isinstance(reason, ConnectionRefusedError):
        return "Nothing answers at this address (connection refused)."
    return f"The file can't be fetched: {str(reason) or type(reason).__name__}."
