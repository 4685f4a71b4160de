"""Talking to an API, by dlt's REST client: signed in, patient, exact about numbers, clear about what went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import urlsplit

from dlt.common.configuration.specs.runtime_configuration import RuntimeConfiguration
from dlt.sources.helpers.requests.retry import DEFAULT_RETRY_EXCEPTIONS
from dlt.sources.helpers.requests.retry import Client as PatientClient
from dlt.sources.helpers.rest_client.auth import APIKeyAuth, AuthConfigBase, HttpBasicAuth, OAuth2ClientCredentials
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    BaseReferencePaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    SinglePagePaginator,
)
from requests import HTTPError, PreparedRequest, Request, RequestException, Response
from requests.auth import AuthBase
from requests.exceptions import SSLError, Timeout

from accountlens.errors import AccountlensError
from accountlens.sources.api.system import (
    ApiSettings,
    Basic,
    Connection,
    Cursor,
    Follow,
    Grant,
    LastKey,
    Link,
    Record,
    System,
    Token,
)
from accountlens.sources.secrets import Secrets

MESSAGES = ("message", "error_description", "description", "detail", "title", "error", "errors", "errorCode", "reason")
KEPT = "What came before that is kept: the next refresh goes on from there. Until then the last snapshot is served."


class Client:
    """One system's API; every failure is an `AccountlensError` that says what to do."""

    def __init__(
        self, system: System, connection: Connection, settings: ApiSettings, secrets: Secrets, where: str
    ) -> None:
        self.system, self.settings, self.secrets, self.where = system, settings, secrets, where
        self._renewed: PreparedRequest | None = None  # the request for which a new token was got
        patient = PatientClient(
            request_timeout=settings.timeout_seconds,
            raise_for_status=False,
            request_max_attempts=settings.attempts,
            request_backoff_factor=settings.backoff_seconds,
            request_max_retry_delay=settings.longest_wait_seconds,
            exceptions=DEFAULT_RETRY_EXCEPTIONS,
            retry_condition=self._may_pass,
        )
        self.auth = _OfOneHost(_auth(connection.auth, patient.session, secrets.learn), connection)
        headers = {"User-Agent": "accountlens", "Accept": "application/json", **connection.headers}
        self.rest = RESTClient(
            connection.url, headers=headers, auth=self.auth, session=patient.session, config=RuntimeConfiguration()
        )

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """What one address answers."""
        return self._told(lambda: self.rest.get(path, params=dict(params or {}), hooks=self._hooks()).json())

    def find(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """What one address answers; None where there is nothing (404)."""
        return self._told(lambda: self.rest.get(path, params=dict(params or {}), hooks=self._hooks()).json(), 404)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What one address answers to a body."""
        return self._told(lambda: self.rest.post(path, json=dict(body), hooks=self._hooks()).json())

    def pages(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        records: str,
        follow: Follow | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Iterator[tuple[list[Record], Any]]:
        """The records of each page, and the whole answer; `records` is a JSON path."""
        pages = self.rest.paginate(
            path,
            method="POST" if body is not None else "GET",
            params=dict(params or {}),
            json=dict(body) if body is not None else None,
            paginator=_paginator(follow),
            data_selector=records,
            hooks=self._hooks(),
        )
        asked = set[str]()
        while (page := self._told(lambda: next(pages, None))) is not None:
            yield list(page), page.response.json()
            following = json.dumps([page.request.url, page.request.params, page.request.json], sort_keys=True)
            if page.paginator.has_next_page and following in asked:
                raise AccountlensError(f"{self.system.title} gives the same page again and again.", self.where, KEPT)
            asked.add(following)

    def _hooks(self) -> Any:
        return {"response": [self._received]}

    def _received(self, response: Response, *_: Any, **__: Any) -> None:
        """Read the answer, numbers as they are written; a fault is an `HTTPError`, which may be tried again."""
        if response.is_redirect:
            return
        try:
            answer = json.loads(response.content, parse_float=Decimal) if response.content else {}
        except ValueError:
            answer = response.text if response.status_code >= 400 else None
        fault = "no JSON" if answer is None else self.system.fault(answer) if response.status_code < 400 else ""
        response.json = lambda **_: answer  # type: ignore[method-assign]
        if response.status_code < 400 and not fault:
            return
        raise self._fault(fault, response, answer)

    def _fault(self, fault: str, response: Response, answer: Any) -> HTTPError:
        """A token that expired is renewed once for a request, which is then sent again as it was."""
        known = response.request is self._renewed
        if not known and self.system.expired(response.status_code, answer) and self.auth.renew(response.request):
            self._renewed = response.request
            return ExpiredError(response=response)
        return HTTPError(fault, response=response)

    def _may_pass(self, response: Response | None, error: BaseException | None) -> bool:
        """Whether to try again beyond what always may pass: 429, 5xx, timeouts, cut connections."""
        if isinstance(error, ExpiredError):
            return True
        return response is not None and self.system.passing(response.status_code, answer_of(response))

    def _told(self, ask: Callable[[], Any], nothing: int = 0) -> Any:
        try:
            return ask()
        except RequestException as error:
            if error.response is not None and error.response.status_code == nothing:
                return None
            self._explain(error)

    def _explain(self, error: RequestException) -> NoReturn:
        response = error.response
        what, mend = self._of_answer(response, error) if response is not None else self._of_silence(error)
        raise AccountlensError(self.secrets.hide(what), self.where, f"{mend} {KEPT}".strip()) from None

    def _of_answer(self, response: Response, error: RequestException) -> tuple[str, str]:
        code, answer = response.status_code, answer_of(response)
        said = message_of(answer) or str(error) or str(response.reason)
        text = f"{code} {json.dumps(answer, default=str)}"
        advice = next((mend for word, mend in self.system.mend.items() if word in text), "")
        if code == 429 or code >= 500 or self.system.passing(code, answer):
            advice = f"{self.settings.attempts} attempts were made. {advice or 'Try again later.'}"
        return f"{self.system.title} answered {code}: {said[:300].rstrip('.')}.", advice

    def _of_silence(self, error: RequestException) -> tuple[str, str]:
        title, host = self.system.title, urlsplit(self.rest.base_url).netloc
        if isinstance(error, SSLError):
            return f"The certificate of {host} is not trusted.", "Is the address right, and the clock?"
        if isinstance(error, Timeout):
            what = f"{title} said nothing for {self.settings.timeout_seconds:g} seconds"
        elif "Name or service" in str(error) or "resolve" in str(error):
            return f"There is no server {host}, or no network here.", "Is the address right?"
        elif "refused" in str(error):
            what = f"Nothing answers at {host} (connection refused)"
        else:
            what = f"The connection to {host} was cut"
        return f"{what}, {self.settings.attempts} times.", "Try again later."


class ExpiredError(HTTPError):
    """The token had expired; the request has a new one by now."""


class SignInError(RequestException):
    """No token was given, however often that was tried."""


class _OfOneHost(AuthBase):
    """Signs requests to the API's own host and to no other."""

    def __init__(self, inner: AuthConfigBase, connection: Connection) -> None:
        self.inner, self.host = inner, urlsplit(connection.url).netloc

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if urlsplit(request.url or "").netloc != self.host:
            raise SignInError(f"an address of another host than {self.host} was given")
        return self.inner(request)

    def renew(self, request: PreparedRequest) -> bool:
        """Sign it with a new token; False where there is none to be had."""
        if not isinstance(self.inner, _Granted):
            return False
        self.inner.access_token = None
        self.inner(request)
        return True


class _Granted(OAuth2ClientCredentials):
    """An access token for what is posted, whatever the grant."""

    def __init__(self, grant: Grant, session: Any, learned: Callable[[str], None]) -> None:
        super().__init__(access_token_url=grant.url, access_token_request_data=dict(grant.form), session=session)
        self.grant, self.learned = grant, learned

    def obtain_token(self) -> None:
        form, get = dict(self.grant.form), self.grant.method == "GET"
        try:
            response = self.session.request(
                self.grant.method, self.grant.url, params=form if get else None, data=None if get else form
            )
        except RequestException as error:
            raise SignInError(str(error)) from error
        answer = answer_of(response)
        if response.status_code >= 400 or not isinstance(answer, dict) or "access_token" not in answer:
            raise SignInError("no access token was given", response=response)
        self.access_token = answer["access_token"]
        self.learned(self.access_token)
        self.token_expiry = self.token_expiry.now().add(seconds=self.parse_expiration_in_seconds(answer))


class _LastKeyPaginator(BaseReferencePaginator):
    """Goes on after the last record of a page."""

    def __init__(self, follow: LastKey) -> None:
        super().__init__()
        self.follow = follow

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        more = data and response.json().get(self.follow.more)
        self._next_reference = data[-1][self.follow.key] if more and data else None

    def update_request(self, request: Request) -> None:
        request.params = {**dict(request.params or {}), self.follow.param: self._next_reference}  # type: ignore[arg-type]


def _paginator(follow: Follow | None) -> BasePaginator:
    match follow:
        case None:
            return SinglePagePaginator()
        case Link(at, None):
            return JSONLinkPaginator(at)
        case Link(at, more):
            return _LinkWhileMore(at, str(more))
        case Cursor(at, param, body, more):
            return JSONResponseCursorPaginator(at, param, body, has_more_path=more)
        case LastKey():
            return _LastKeyPaginator(follow)


class _LinkWhileMore(JSONLinkPaginator):
    """Follows an address that is always given, while the answer says that there is more."""

    def __init__(self, at: str, more: str) -> None:
        super().__init__(at)
        self.more = more

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        found = response.json()
        for part in self.more.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        self._has_next_page = self._has_next_page and bool(found)


def _auth(given: Token | Basic | Grant, session: Any, learned: Callable[[str], None]) -> AuthConfigBase:
    match given:
        case Token(value, header, before):
            return APIKeyAuth(name=header, api_key=f"{before}{value}")
        case Basic(user, password):
            return HttpBasicAuth(user, password)
        case Grant():
            return _Granted(given, session, learned)


def answer_of(response: Response) -> Any:
    """The answer as JSON, else as the text it begins with."""
    try:
        return response.json()
    except ValueError:
        return response.text[:1000]


def message_of(answer: Any) -> str:
    """What an error's answer says, wherever it says it."""
    if isinstance(answer, str):
        return " ".join(answer.split())
    if isinstance(answer, list):
        return message_of(answer[0]) if answer else ""
    if isinstance(answer, dict):
        code = answer.get("errorCode") or answer.get("code") or ""
        said = next((text for key in MESSAGES if (text := message_of(answer.get(key)))), "")
        return f"{code}: {said}" if code and said and str(code) not in said else said
    return ""
