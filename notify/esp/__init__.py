"""E-mail over services with an API, by django-anymail. Apart from `notify.channels`: anymail is a part of Django."""
