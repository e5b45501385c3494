"""Addresses of a site with a sandbox: those of every site, and its pages."""

from django.urls import include, path

from consents.enums import Channel
from portal.laptop.sandbox import fakes, provider, views
from portal.urls import handler400, handler403, handler404, handler500
from portal.urls import urlpatterns as every_site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

SANDBOX = [
    path("", views.home, name="home"),
    path("provider/", provider.provider_messages, name="provider"),
    path("phone/", views.device, {"channel": Channel.SMS}, name="phone"),
    path("phone/find/", views.box_find, {"channel": Channel.SMS}, name="phone_find"),
    path("mail/find/", views.box_find, {"channel": Channel.EMAIL}, name="mail_find"),
    path("mail/", views.device, {"channel": Channel.EMAIL}, name="mailbox"),
    path("mail/<int:message_id>/", views.letter, name="letter"),
    path("mail/<int:message_id>/html/", views.letter_html, name="letter_html"),
    path("max/", views.max_accounts, name="max_accounts"),
    path("max/start/", views.max_start, name="max_start"),
    path("max/start/press/", views.max_start_press, name="max_start_press"),
    path("max/<int:account>/", views.max_dialogue, name="max_dialogue"),
    path("max/images/<int:message_id>/", views.max_image, name="max_image"),
    path("max/<int:account>/act/", views.max_act, name="max_act"),
    path("fakes/", fakes.fakes, name="fakes"),
    path("fakes/person/", fakes.person_make, name="fake_person_make"),
    path("fakes/person/<int:account>/", fakes.person, name="fake_person"),
    path("fakes/person/<int:account>/act/", fakes.person_act, name="fake_person_act"),
    path("fakes/<slug:code>/", fakes.fake, name="fake"),
    path("fakes/<slug:code>/act/", fakes.fake_act, name="fake_act"),
]

urlpatterns = [*every_site, path("sandbox/", include((SANDBOX, "sandbox")))]
