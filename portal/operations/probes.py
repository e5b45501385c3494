"""Addresses that machines watch: answered before everything else, for any Host, over plain HTTP, without a log line.

`/livez` this process serves; `/healthz` it also reaches its database; `/readyz` all that it stands on, by name;
`/metrics` figures in the text format of Prometheus, for this machine or whoever knows `METRICS_TOKEN`.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Final

from django.conf import settings
from django.db import Error, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import KombuError

from portal.cache.fallback import cache_answers
from portal.celery import app
from portal.operations.metrics import metrics_text

Answer = Callable[[HttpRequest], HttpResponse]

BROKER_SECONDS: Final = 2
KEEP_SECONDS: Final = 5.0
"""A probe that comes more often gets the last look at broker and cache."""
FORWARDED: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP")

_kept: dict[str, tuple[float, bool]] = {}


def probes(get_response: Answer) -> Answer:
    """Return middleware that answers the addresses of `PROBES` and leaves all others alone."""

    def answer(request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path)
        if probe is None or request.method not in ("GET", "HEAD"):
            return get_response(request)
        try:
            response = probe(request)
        except Http404:
            response = HttpResponse("not found\n", content_type="text/plain", status=404)
        response.headers["Cache-Control"] = "no-store"
        # Whoever watches raises the alarm; a line of Django's for each look would raise another.
        response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
        return response

    return answer


def livez(_request: HttpRequest) -> HttpResponse:
    """Return 200: this process serves."""
    return HttpResponse("ok", content_type="text/plain")


def healthz(_request: HttpRequest) -> HttpResponse:
    """Return 200 where this process reaches its database, else 503."""
    if database_answers():
        return HttpResponse("ok", content_type="text/plain")
    return HttpResponse("database does not answer", content_type="text/plain", status=503)


def readyz(_request: HttpRequest) -> HttpResponse:
    """Return what answers and what does not. The database takes the place of a cache that is away: no fault."""
    parts = {
        "database": database_answers(),
        "broker": _lately("broker", _broker_answers),
        "cache": _lately("cache", cache_answers),
    }
    return JsonResponse(parts, status=200 if parts["database"] and parts["broker"] else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Return the figures. Raises `Http404` for strangers."""
    if not _may_measure(request):
        raise Http404
    return HttpResponse(metrics_text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def database_answers() -> bool:
    """Return whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _may_measure(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and secrets.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        return True
    # What comes through the proxy comes from this machine too, but says for whom.
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _lately(name: str, look: Callable[[], bool]) -> bool:
    at, answers = _kept.get(name, (-KEEP_SECONDS, False))
    if time.monotonic() - at >= KEEP_SECONDS:
        answers = look()
        _kept[name] = (time.monotonic(), answers)
    return answers


def _broker_answers() -> bool:
    try:
        with app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    except (OSError, KombuError):
        return False
    return True


PROBES: Final[Mapping[str, Answer]] = {
    "/livez": livez,
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}
