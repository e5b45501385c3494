"""Addresses of a site with a sandbox: those of every site, and its pages."""

from django.urls import include, path

from portal.urls import handler400, handler403, handler404
from portal.urls import urlpatterns as every_site

__all__ = ["handler400", "handler403", "handler404", "urlpatterns"]

urlpatterns = [*every_site, path("sandbox/", include("portal.laptop.sandbox.urls"))]
