"""The fakes of providers beside the site: SMS, MAX, SMPP and a company's own application that reach nobody."""

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from notify.inbound.webhook_keeping import webhook_keep
from notify.provider_setups import setup_values
from portal.laptop.fake_providers.control import Control
from portal.laptop.fake_providers.places import CONTROL, places_read
from portal.laptop.fake_providers.running import RunningFakes
from portal.laptop.fake_providers.setups import setups_of_fakes


class Command(BaseCommand):
    """Runs until it is stopped. A port that somebody took after the start is no reason to stop the site with it."""

    help = "Держать учебных провайдеров: SMSC.ru, SMS.RU, MAX, SMPP и приложение компании. Наружу ничего не уходит."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Listen, and have MAX told where to call."""
        self.over = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        var_dir = Path(settings.VAR_DIR)
        places, setups = places_read(var_dir), setups_of_fakes(var_dir)
        hooks = {code: setup_values(name=view.name).webhook_url for code, view in setups.items()}
        try:
            fakes = RunningFakes(places, hooks)
            control = Control(fakes, secret=settings.SANDBOX_SECRET, port=places[CONTROL])
        except (OSError, KeyError) as error:
            self.stderr.write(f"Учебные провайдеры не запущены: {type(error).__name__}. Перезапустите сайт.")
            self.over.wait()
            return
        with control:
            runner = threading.Thread(target=fakes.run, args=(self.over,))
            runner.start()
            if "max" in setups:
                webhook_keep(name=setups["max"].name)
            connection.close()
            runner.join()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.over.set()
