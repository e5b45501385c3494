"""Files that a page hands out."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def download(body: bytes, kind: str, name: str) -> HttpResponse:
    """Return a file to be kept under a name; ``kind`` is its content type."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": disposition})
