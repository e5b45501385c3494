"""The picture of a campaign in words: what may be uploaded, what is wrong with a file, what a page shows of it."""

from collections.abc import Mapping
from typing import IO, Any, Final

from django import forms
from django.template.defaultfilters import floatformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notify.campaigns.images import image_is_carried, image_view
from notify.channel_settings import image_limits
from notify.channels.base import ImageLimits
from notify.errors import ImageRefused
from notify.messages.image_file import OWN_LIMITS

PROBLEMS: Final[Mapping[str, str | Promise]] = {
    "too_big": gettext_lazy("Файл слишком большой: можно до %(most)s МБ. Уменьшите картинку и загрузите ещё раз."),
    "too_wide": gettext_lazy(
        "Картинка слишком большая: можно до %(most)s точек по каждой стороне. Уменьшите её и загрузите ещё раз."
    ),
    "not_an_image": gettext_lazy("Это не PNG и не JPEG. Сохраните картинку в одном из этих форматов."),
    "animated": gettext_lazy("Картинка движется. Нужна неподвижная: PNG или JPEG."),
    "broken": gettext_lazy("Файл повреждён. Сохраните картинку заново и загрузите ещё раз."),
}


class ImageForm(forms.Form):
    """A picture for the messages of a campaign."""

    image = forms.FileField(
        label=gettext_lazy("Файл с картинкой"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        error_messages={"required": gettext_lazy("Выберите файл с картинкой.")},
    )

    def __init__(self, *args: Any, limits: ImageLimits, **kwargs: Any) -> None:
        """Take what the providers of the channel bear."""
        super().__init__(*args, **kwargs)
        size, side = min(limits.size, OWN_LIMITS.size), min(limits.side, OWN_LIMITS.side)
        words = _("PNG или JPEG, до %(size)s МБ и до %(side)s точек по каждой стороне. Данные о съёмке мы удалим.")
        self.fields["image"].help_text = words % {"size": _megabytes(size), "side": side}

    @property
    def file(self) -> IO[bytes]:
        """Return the uploaded file of a form that is valid."""
        found: IO[bytes] = self.cleaned_data["image"]
        return found

    def refuse(self, error: ImageRefused) -> None:
        """Show beside the field what is wrong with the file."""
        problem, most = str(error.facts["problem"]), error.facts.get("most")
        shown = _megabytes(most) if problem == "too_big" and isinstance(most, int) else most
        self.add_error("image", str(PROBLEMS[problem]) % {"most": shown})


def _megabytes(size: int) -> str:
    """Write a size without zeros behind the comma."""
    return floatformat(size / 2**20)


def image_facts(step: Any, *, form: ImageForm | None = None, may_change: bool = False) -> dict[str, Any]:
    """Return what a page shows of the picture of a step, and the form for another one where it may be changed."""
    view, limits = image_view(step), image_limits(channel=step.channel)
    if form is None and may_change and limits is not None:
        form = ImageForm(limits=limits)
    return {
        "image": view,
        "image_form": form,
        "image_refused": not image_is_carried(step),
        "has_image_card": view is not None or step.channel_spec.has_images,
    }
