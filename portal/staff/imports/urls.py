"""Addresses of customer files."""

from django.urls import URLPattern, path

from portal.staff.imports import views as imports

IMPORT = "<uuid:job_uuid>/"

urlpatterns: list[URLPattern] = [
    path("", imports.imports, name="imports"),
    path(IMPORT, imports.import_page, name="import"),
    path(IMPORT + "columns/", imports.import_columns, name="import_columns"),
    path(IMPORT + "start/", imports.import_start, name="import_start"),
    path(IMPORT + "discard/", imports.import_discard, name="import_discard"),
    path(IMPORT + "close/", imports.import_close, name="import_close"),
    path(IMPORT + "progress/", imports.import_progress, name="import_progress"),
    path(IMPORT + "report.csv", imports.import_report, name="import_report"),
]
