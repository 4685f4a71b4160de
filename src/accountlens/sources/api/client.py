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
from dlt.sources.helpers.rest_client.client import RESTClient
from requests import HTTPError, PreparedRequest, RequestException, Response
from requests.exceptions import SSLError, Timeout

from accountlens.errors import AccountlensError
from accountlens.sources.api.following import paginator_of
from accountlens.sources.api.signing import OfOneHost, SignInError, answer_of
from accountlens.sources.api.system import ApiSettings, Connection, Follow, Record, System
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
        self.auth = OfOneHost(connection, patient.session, secrets.learn)
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
            paginator=paginator_of(follow),
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
        if isinstance(error, SignInError):
            if not isinstance(error.__cause__, RequestException):
                return f"{title} can't be read: {error}.", ""
            error = error.__cause__
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
