"""What only a laptop has, as a Django app. A server does not install it."""

from django.apps import AppConfig


class LaptopConfig(AppConfig):
    """Brings the commands that start the site on one machine and make its demo company."""

    name = "portal.laptop"
