"""What the tests of ChatApp share."""

from notify.channels.chatapp.adapter import ChatAppConf
from notify.channels.chatapp.api import Login
from notify.channels.chatapp.lines import Line
from portal.laptop.fakes.chatapp import LICENCE, FakeChatApp

TYPES = {"max": "max", "email": "email", "vk": "vkontakte"}


def line_of(channel: str, *, license_id: str = str(LICENCE)) -> Line:
    return Line(channel=channel, license_id=license_id, messenger=TYPES[channel])


def login_of(fake: FakeChatApp, **changes: str) -> Login:
    told = {"email": fake.login["email"], "password": fake.login["password"], "app_id": fake.login["appId"], **changes}
    return Login(url=fake.url, **told)


def conf_of(fake: FakeChatApp, *, license_id: str = str(LICENCE), **changes: str) -> ChatAppConf:
    lines = tuple(line_of(channel, license_id=license_id) for channel in TYPES)
    return ChatAppConf(name="chatapp-1", login=login_of(fake, **changes), lines=lines)
