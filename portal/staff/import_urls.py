"""Addresses of customer files."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
