"""The picture of a campaign: uploaded on its page, shown there, removed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from notify.campaigns.images import image_content
from notify.channel_settings import image_limits
from notify.errors import ImageNotCarried, ImageRefused
from portal.audit.permissions import Right, right_required
from portal.audit.request_actor import actor_of
from portal.flows.campaigns import put_image, remove_image
from portal.staff.campaigns.acts import act_required, step_asked
from portal.staff.campaigns.images import ImageForm
from portal.staff.campaigns.views import campaign_page

TYPES = {"png": "image/png", "jpg": "image/jpeg"}


@right_required(Right.READ_CAMPAIGNS, "GET")
def image(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Return the picture as it leaves."""
    found = image_content(step_id=step_asked(request, campaign_id).pk)
    if found is None:
        raise Http404
    ending, content = found
    return HttpResponse(content, content_type=TYPES[ending])


@act_required("edit", "POST")
def image_put(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Take the picture of a draft; what is wrong with a file is said on its page, and nothing is changed."""
    step = step_asked(request, campaign_id)
    limits = image_limits(channel=step.channel)
    if limits is None:
        raise ImageNotCarried
    form = ImageForm(request.POST, request.FILES, limits=limits)
    if form.is_valid():
        try:
            put_image(
                actor=actor_of(request),
                campaign_id=campaign_id,
                position=step.position,
                file=form.file,
                limits=limits,
            )
        except ImageRefused as error:
            form.refuse(error)
    if form.errors:
        return campaign_page(request, campaign_id, image_form=form, position=step.position, status=400)
    messages.success(request, _("Картинка сохранена. Посмотрите её в предпросмотре."))
    return redirect("staff:campaign", campaign_id)


@act_required("edit", "POST")
def image_remove(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Take the picture of a draft away."""
    remove_image(actor=actor_of(request), campaign_id=campaign_id, position=step_asked(request, campaign_id).position)
    messages.success(request, _("Картинка убрана."))
    return redirect("staff:campaign", campaign_id)
