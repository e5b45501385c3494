"""The fakes beside the site: made for their places, told where to call, bounded, with reports that take time."""

import threading
from collections.abc import Mapping
from typing import Final

from portal.laptop.fake_providers.places import Places
from portal.laptop.fake_providers.setups import KEYS
from portal.laptop.fakes.max import FakeMax
from portal.laptop.fakes.ownapp import OwnAppFake
from portal.laptop.fakes.server import Courier
from portal.laptop.fakes.smpp import SmppFake
from portal.laptop.fakes.sms import SmsFake
from portal.laptop.fakes.smsc import SmscFake
from portal.laptop.fakes.smsru import SmsruFake

MOST: Final = 500
"""Of messages, calls and people that each of them keeps."""
REPORT_AFTER: Final = 1.5
PAUSES: Final = (1.0, 5.0, 30.0, 120.0)
FASTER: Final = 0.05
"""Of MAX's pauses: its first retry comes after three seconds."""
BOT: Final = "uchebny_bot"


class RunningFakes:
    """All of them. ``hooks`` are the site's addresses by the code of the fake. Raises `OSError` for a taken port."""

    def __init__(self, places: Places, hooks: Mapping[str, str]) -> None:
        self.smsc = SmscFake(port=places["smsc"], callback_url=hooks.get("smsc", ""))
        self.smsc.api_key, self.smsc.secret = KEYS["smsc"], KEYS["smsc_callback"]
        self.smsru = SmsruFake(port=places["smsru"], callback_url=hooks.get("smsru", ""))
        self.smsru.api_id = KEYS["smsru"]
        self.max = FakeMax(port=places["max"], token=KEYS["max"], username=BOT, factor=FASTER)
        self.max.delivery.takes_loopback = True
        self.smpp = SmppFake(port=places["smpp"], system_id=KEYS["smpp"], password=KEYS["smpp"])
        self.smpp.receipt_delay = REPORT_AFTER
        self.ownapp = OwnAppFake(port=places["ownapp"], secrets=[KEYS["ownapp"]])
        for fake in (self.smsc, self.smsru, self.max, self.ownapp, self.smpp):
            fake.most = MOST
        for sms in self.of_sms():
            sms.report_after, sms.courier = REPORT_AFTER, Courier(pauses=PAUSES)

    def of_sms(self) -> tuple[SmsFake, ...]:
        """Return those of SMS over HTTP."""
        return (self.smsc, self.smsru)

    def run(self, over: threading.Event) -> None:
        """Listen until it is over."""
        with self.smsc, self.smsru, self.max, self.smpp, self.ownapp:
            over.wait()
