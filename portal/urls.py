"""Addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

from portal.public.views.assets import brand_css, brand_logo
from portal.webhooks.views import webhook

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.public.urls")),
    path("staff/", include("portal.staff.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("webhooks/<slug:provider>/<str:secret>", webhook, name="webhook"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("brand.css", brand_css, name="brand_css"),
    path("brand.png", brand_logo, name="brand_logo"),
]

handler400 = "portal.error_pages.bad_request"
handler403 = "portal.error_pages.permission_denied"
handler404 = "portal.error_pages.page_not_found"
handler500 = "portal.error_pages.server_error"
