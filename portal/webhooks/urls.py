"""Addresses that providers call."""

from django.urls import path

from portal.webhooks.views import webhook

app_name = "webhooks"

urlpatterns = [path("<slug:provider>/<str:secret>", webhook, name="webhook")]
