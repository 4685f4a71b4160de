"""Signing requests: tokens, passwords, OAuth; for the API's own host only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from dlt.sources.helpers.requests.session import Session
from dlt.sources.helpers.rest_client.auth import APIKeyAuth, AuthConfigBase, HttpBasicAuth, OAuth2ClientCredentials
from requests import PreparedRequest, RequestException, Response
from requests.auth import AuthBase

from accountlens.sources.api.system import Basic, Connection, Grant, Token


class SignInError(RequestException):
    """No token was given, however often that was tried."""


class OfOneHost(AuthBase):
    """Signs requests to the API's own host and to no other."""

    def __init__(self, connection: Connection, session: Session, learned: Callable[[str], None]) -> None:
        self.inner, self.host = _auth(connection.auth, session, learned), urlsplit(connection.url).netloc

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

    def __init__(self, grant: Grant, session: Session, learned: Callable[[str], None]) -> None:
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


def _auth(given: Token | Basic | Grant, session: Session, learned: Callable[[str], None]) -> AuthConfigBase:
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
