"""The webhook of all providers: verify, store what came, start a nudge, answer at once."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notify.inbound.payloads import payload_store, webhook_of_call, webhook_path_is_right
from notify.tasks import handle_inbound
from portal.operations.nudges import nudge_seldom


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, provider: str, secret: str) -> HttpResponse:
    """Take a provider's call: 403 for a wrong path or a call that is not theirs; a repeat is like the first.

    A body of more than a megabyte is refused before it comes here (`portal.error_pages`).

    Some providers try the address by GET before they take it: one with the right path is answered and changes nothing.
    """
    if request.method != "POST":
        return HttpResponse("ok", status=200 if webhook_path_is_right(provider, secret) else 403)
    theirs = webhook_of_call(provider=provider, path_secret=secret, headers=request.headers, body=request.body)
    if theirs is None:
        return JsonResponse({"error": "forbidden"}, status=403)
    payload_store(provider=provider, headers=request.headers, body=request.body, webhook=theirs)
    nudge_seldom(handle_inbound)
    return HttpResponse(theirs.answer(request.body), content_type="text/plain; charset=utf-8")
