"""What the notify room refuses, each with a stable ``code``. Sentences for people live in the portal."""


class NotifyError(Exception):
    """Root of the room's errors. ``facts`` are values that a sentence may name, never personal ones."""

    code = "notify_error"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class CampaignNotFound(NotifyError):
    """There is no campaign with this number."""

    code = "campaign_not_found"


class MoveRefused(NotifyError):
    """The life cycle has no such move. ``facts``: kind, old, new."""

    code = "move_refused"


class CampaignChanged(NotifyError):
    """What would be launched is not what was approved: text, audience, size, channel or window differ."""

    code = "campaign_changed"


class SecondPersonNeeded(NotifyError):
    """The author tried to launch their own campaign."""

    code = "second_person_needed"


class AudienceEmpty(NotifyError):
    """The filter finds nobody."""

    code = "audience_empty"


class SpecRefused(NotifyError):
    """A campaign cannot be saved like this. ``facts``: problems, a tuple of `SpecProblem`."""

    code = "spec_refused"


class TextRefused(NotifyError):
    """A text holds something that is no placeholder of ours. ``facts``: problem, name."""

    code = "text_refused"


class HeaderRefused(NotifyError):
    """A value for a mail header holds a line break or another control character."""

    code = "header_refused"


class TestAddressRefused(NotifyError):
    """A test goes to the person who asks for it, or to a made-up address in the sandbox; nowhere else."""

    __test__ = False  # the name begins like a test class; pytest must not collect it
    code = "test_address_refused"


class MessageNotFound(NotifyError):
    """There is no such message."""

    code = "message_not_found"


class ChannelRefused(NotifyError):
    """This kind of message never goes over this channel (one-time codes through MAX). ``facts``: channel."""

    code = "channel_refused"


class ChannelNotConnected(NotifyError):
    """No provider stands behind the campaign's channel: nothing could leave, and all would on the day one comes."""

    code = "channel_not_connected"


class MaxTokenRefused(NotifyError):
    """The linking token is unknown, has run out, or was spent by another account: all alike."""

    code = "max_token_refused"


class ContractMissing(NotifyError):
    """A contract with a platform counts only with its number and date."""

    code = "contract_missing"
