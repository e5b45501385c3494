"""Wrappers of views that libraries give without types, typed."""

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.decorators import reauthentication_required
from csp.decorators import csp, csp_update

F = TypeVar("F", bound=Callable[..., Any])


def login_confirmed(*, reading_is_free: bool = False) -> Callable[[F], F]:
    """Let a view run only for someone who has entered password or factor within five minutes.

    Others are asked first; what they have posted is kept and carried out afterwards. With ``reading_is_free`` only POST
    asks.
    """
    wrapper: Callable[[F], F] = reauthentication_required(allow_get=reading_is_free)
    return wrapper


def policy_with(directives: dict[str, Any]) -> Callable[[F], F]:
    """Add to the content security policy of a page."""
    wrapper: Any = csp_update(directives)
    return wrapper  # type: ignore[no-any-return]  # the library's type knows views without arguments only


def policy_instead(directives: dict[str, Any]) -> Callable[[F], F]:
    """Give a page a content security policy of its own."""
    wrapper: Any = csp(directives)
    return wrapper  # type: ignore[no-any-return]  # the library's type knows views without arguments only
