"""What a system says of its API: how one signs in, what it holds, and how its pages follow each other.

A kind of source that is an API declares a `System` and its `Stream`s; all else is the same for all of them
(docs/decisions/0012-api-sources.md). Nothing here knows dlt, so that settings are read without it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from accountlens.catalog.settings import SourceSettings
from accountlens.catalog.strict import Strict
from accountlens.sources.secrets import NAMED, bare_secret

if TYPE_CHECKING:
    from accountlens.sources.api.client import Client

Record = Mapping[str, Any]  # as the API gives it; numbers with a fraction are Decimals
Position = Mapping[str, Any]  # a stream's own words for where to go on; empty at the very beginning
TEXT, NUMBER, INTEGER, FLAG, INSTANT = "VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN", "TIMESTAMP"


class ApiTable(Strict):
    """One table to read."""

    name: str = Field(description="What the system calls it: Account, subscription ...")
    optional: bool = Field(False, description="Left out where it is not there.")


def _named(given: Any) -> Any:
    """`account` is `{name: account}`."""
    return {"name": given} if isinstance(given, str) else given


Table = Annotated[ApiTable, BeforeValidator(_named, json_schema_input_type=str | ApiTable)]


class ApiSettings(SourceSettings):
    """What every API takes. `secret` names the keys that must name a secret."""

    model_config = ConfigDict(extra="forbid")
    secret: ClassVar[tuple[str, ...]] = ()
    manners: ClassVar[tuple[str, ...]] = ("attempts", "backoff_seconds", "longest_wait_seconds", "timeout_seconds")

    tables: list[Table] = Field(default_factory=list, description="What to read. Left out: what the presets need.")
    attempts: int = Field(6, ge=1, description="How often a request is tried that fails for a reason that may pass.")
    backoff_seconds: float = Field(1, gt=0, description="The first wait before trying again; each is twice the last.")
    longest_wait_seconds: float = Field(300, gt=0, description="No wait is longer, whatever the server asks for.")
    timeout_seconds: float = Field(60, gt=0, description="How long the server may stay silent.")

    @property
    def identity(self) -> dict[str, Any]:
        """How patient a fetch is decides nothing about its rows."""
        return {key: value for key, value in super().identity.items() if key not in self.manners}

    @field_validator("*", mode="after")
    @classmethod
    def _names_its_secrets(cls, value: Any, info: ValidationInfo) -> Any:
        if info.field_name in cls.secret and value is not None and not NAMED.fullmatch(value):
            raise ValueError("write ${A_NAME} here, and its value into the environment or secrets.env")
        if info.field_name == "url" and isinstance(value, str):
            if bare_secret(value):
                raise ValueError("a secret stands in it; write ${A_NAME} in its place")
            if not value.startswith(("https://", "http://", "${")):
                raise ValueError("it must begin with https://")
        return value


def address_in(text: str, name: str) -> str | None:
    """The address in what `init --from` says of a system (`name`, `name://host`, `name:URL`), or none; else None."""
    given, separator, address = text.partition(":")
    if given != name or (separator and not address.strip("/")):
        return None
    return f"https:{address}" if address.startswith("//") else address


@dataclass(frozen=True)
class Token:
    """A key or token in a header."""

    value: str
    header: str = "Authorization"
    before: str = "Bearer "


@dataclass(frozen=True)
class Basic:
    """A user and a password."""

    user: str
    password: str


@dataclass(frozen=True)
class Grant:
    """OAuth: `form` is posted to `url` for an access token, again whenever that has expired."""

    url: str
    form: Mapping[str, str]
    method: str = "POST"  # Marketo gives its tokens for a GET


@dataclass(frozen=True)
class Connection:
    """Where the API is and how one signs in; secrets are filled in."""

    url: str
    auth: Token | Basic | Grant
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """The next page's address stands in the answer; there is none after the last."""

    at: str
    more: str | None = None  # where the answer says whether there is another page, if the address is always there


@dataclass(frozen=True)
class Cursor:
    """A word of the answer is given back with the next request: as `param` of the query, or `body` of the body."""

    at: str
    param: str | None = None
    body: str | None = None
    more: str | None = None


@dataclass(frozen=True)
class LastKey:
    """The next page begins after the last record of this one."""

    param: str
    more: str
    key: str = "id"


Follow = Link | Cursor | LastKey


@dataclass(frozen=True)
class Page:
    """Some records, and where to go on after them: in this fetch if it dies, else in the next one."""

    records: Sequence[Record]
    position: Position
    gone: Sequence[str] = ()  # keys of what was deleted
    merged: Sequence[tuple[str, str]] = ()  # (key of the one that went, key of the one that stayed)
    alive: Collection[str] = ()  # keys that exist still, whose records need not come
    whole: bool = False  # all that exists has come since the listing began, or is alive: the rest is gone


@dataclass(frozen=True)
class Child:
    """Records inside of records that become a table of their own; replaced as a whole with what they belong to."""

    table: str
    inside: str  # `items.data`
    parent: str  # the column that names what they belong to
    spread: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = field(default_factory=dict)
    instants: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stream:
    """One table: how its records are fetched, known again, and told apart by age."""

    table: str
    pages: Callable[[Client, Position], Iterator[Page]]
    key: str = "id"
    version: str = ""  # the column whose greatest value is the newest version of a key; none: the last to arrive is
    deleted: str = "is_deleted"  # the column that says that it was deleted; made where the API has none
    merged: str = "merged_into_id"  # the column that says into what it was merged, made where the API has none
    spread: frozenset[str] = frozenset()  # nested objects that become columns (address_city); others are JSON text
    instants: frozenset[str] = frozenset()  # columns that are instants: ISO 8601 or Unix seconds, kept in UTC
    kinds: Mapping[str, str] = field(default_factory=dict)  # columns that are there in any case, and their types
    children: tuple[Child, ...] = ()
    fields: frozenset[str] | None = None  # every column that the system says there is; None: it does not say
    count: Callable[[Client], int] | None = None  # how many exist; where that is another number than is known here,
    keys: Callable[[Client], Iterator[Sequence[str]]] | None = None  # … these are asked for, and the rest is gone
    complete: bool = False  # each record names each of its fields, also those without a value


@dataclass(frozen=True)
class System:
    """One API. `streams` may ask it what there is; `passing` tells what may pass when asked again."""

    title: str
    connect: Callable[[Any, Callable[[str], str]], Connection]
    streams: Callable[[Client, Any], Iterable[Stream]]
    passing: Callable[[int, Any], bool] = lambda code, answer: False
    fault: Callable[[Any], str] = lambda answer: ""  # what is wrong by an answer of 200
    expired: Callable[[int, Any], bool] = lambda code, answer: code == 401
    mend: Mapping[str, str] = field(default_factory=dict)  # a word of the answer, or its code → what to do
