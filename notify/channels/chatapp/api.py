"""Calls to ChatApp with a token that is renewed when it has run out, all under one clock."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from notify.channels import http
from notify.channels.base import Misconfigured, OutcomeUnknown, Rejected, TemporarilyUnavailable
from notify.channels.chatapp.tokens import Tokens, TokenStore
from notify.channels.chatapp.words import INVALID_TOKEN, code_of, failure_of
from notify.channels.deadline import Deadline

UNAUTHORISED: Final = 401
ENOUGH_SECONDS: Final = 5.0
"""Without so many left after the tokens were renewed, the call waits for another time: nothing has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a pair of tokens is made with."""

    url: str
    email: str = field(repr=False)
    password: str = field(repr=False)
    app_id: str

    @property
    def owner(self) -> str:
        """Return a name of this login that tells none of it; another password is another login."""
        told = "\0".join((self.url, self.email, self.password, self.app_id))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One call, under the clock of what it belongs to."""

    method: str
    path: str
    deadline: Deadline
    payload: Mapping[str, Any] | None = None
    is_safe: bool = False


class Api:
    """One account. Its answers are judged by the code of the error, then by the status."""

    def __init__(self, login: Login, store: TokenStore) -> None:
        self._login, self._store = login, store
        self._client = http.Client()

    def open(self) -> None:
        """Find ChatApp's address, and see that there are tokens. Raises `TemporarilyUnavailable`, `Misconfigured`."""
        self._client.look_up(self._login.url)
        self._tokens(Deadline(http.CALL_SECONDS))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def post(self, path: str, payload: Mapping[str, Any]) -> Any:
        """Make a call that does something, and return ``data`` of its answer.

        Raises `TemporarilyUnavailable`, `Misconfigured`, `Rejected` or `OutcomeUnknown`.
        """
        return self._judged(_Call(method="POST", path=path, payload=payload, deadline=Deadline(http.CALL_SECONDS)))

    def repeatable(self, method: str, path: str, payload: Mapping[str, Any] | None = None) -> Any:
        """Make a call that does no more when it is made twice, and return ``data`` of its answer.

        Raises `TemporarilyUnavailable`, `Misconfigured` or `Rejected`.
        """
        call = _Call(method=method, path=path, payload=payload, deadline=Deadline(http.CALL_SECONDS), is_safe=True)
        try:
            return self._judged(call)
        except OutcomeUnknown as error:
            raise TemporarilyUnavailable(error.reason) from error

    def _judged(self, call: _Call) -> Any:
        tokens = self._tokens(call.deadline)
        answer = self._sent(call, {"Authorization": tokens.access})
        if _is_refused_token(answer):
            # ChatApp has turned the call away before it did anything: the second one is no repeat.
            tokens = self._renewed(tokens, call.deadline)
            answer = self._sent(call, {"Authorization": tokens.access})
        return _data(answer)

    def _sent(self, call: _Call, headers: Mapping[str, str]) -> http.Answer:
        return self._client.call(
            call.method,
            self._login.url + call.path,
            headers={**headers, "Content-Type": "application/json"},
            content=b"" if call.payload is None else json.dumps(call.payload).encode(),
            is_safe=call.is_safe,
            seconds=_left(call.deadline),
        )

    def _tokens(self, deadline: Deadline) -> Tokens:
        return self._held() or self._renewed(None, deadline)

    def _held(self) -> Tokens | None:
        tokens = self._store.load()
        return tokens if tokens is not None and tokens.owner == self._login.owner else None

    def _renewed(self, refused: Tokens | None, deadline: Deadline) -> Tokens:
        """Return a pair other than ``refused``: that of a worker who was faster, a refreshed or a new one."""
        with self._store.locked(_left(deadline)):
            held = self._held()
            if held is None or held == refused:
                held = (self._refreshed(held, deadline) if held is not None else None) or self._made(deadline)
                self._store.save(held)
        if _left(deadline) < ENOUGH_SECONDS:
            raise TemporarilyUnavailable("slow_tokens")
        return held

    def _refreshed(self, held: Tokens, deadline: Deadline) -> Tokens | None:
        """Spend the refresh token; None when it has run out."""
        # Of a pair whose answer was lost nothing is left but to get another: a lost answer means "later".
        call = _Call(method="POST", path="/v1/tokens/refresh", deadline=deadline, is_safe=True)
        answer = self._sent(call, {"Refresh": held.refresh})
        return None if _is_refused_token(answer) else self._pair(answer)

    def _made(self, deadline: Deadline) -> Tokens:
        login = {"email": self._login.email, "password": self._login.password, "appId": self._login.app_id}
        call = _Call(method="POST", path="/v1/tokens", payload=login, deadline=deadline, is_safe=True)
        return self._pair(self._sent(call, {}))

    def _pair(self, answer: http.Answer) -> Tokens:
        try:
            data = _data(answer)
            return Tokens(owner=self._login.owner, access=str(data["accessToken"]), refresh=str(data["refreshToken"]))
        except OutcomeUnknown as error:
            raise TemporarilyUnavailable(error.reason) from error
        except Rejected as error:
            raise Misconfigured("login_refused") from error
        except (LookupError, TypeError) as error:
            raise TemporarilyUnavailable("unreadable_answer") from error


def _left(deadline: Deadline) -> float:
    try:
        return deadline.left()
    except TimeoutError as error:
        raise TemporarilyUnavailable("slow_tokens") from error


def _is_refused_token(answer: http.Answer) -> bool:
    return answer.status == UNAUTHORISED or code_of(_json(answer)) == INVALID_TOKEN


def _json(answer: http.Answer) -> Any:
    try:
        return answer.json()
    except OutcomeUnknown:
        return None


def _data(answer: http.Answer) -> Any:
    """Return ``data`` of an answer. Raises what the answer says instead."""
    if answer.status in http.REFUSED_LATER or answer.status >= 500:
        answer.check()
    found = _json(answer)
    if code := code_of(found):
        raise failure_of(code, answer.status)
    answer.check()
    if not isinstance(found, dict) or not isinstance(found.get("success"), bool):
        raise OutcomeUnknown("unreadable_answer")
    if not found["success"]:
        raise Rejected("refused")
    return found.get("data")
