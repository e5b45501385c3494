"""Errors of the notify room, each with a stable ``code``. Sentences for people are in the portal."""


class NotifyError(Exception):
    """Base of the room's errors. ``facts`` are values that a sentence may name, never personal ones."""

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
    """The campaign is not what was approved: text, audience, size, channel or window differ."""

    code = "campaign_changed"


class SecondPersonNeeded(NotifyError):
    """The author tried to launch their own campaign."""

    code = "second_person_needed"


class DpoNeeded(NotifyError):
    """Only the DPO launches it: it passes every no of a person, or looks like advertising."""

    code = "dpo_needed"


class GroundMissing(NotifyError):
    """The campaign does not say what it stands on, as `notify.campaigns.ground` asks it."""

    code = "ground_missing"


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
    """A test goes only to the person who asks for it, or to a made-up address in the sandbox."""

    __test__ = False  # the name begins like a test class; pytest must not collect it
    code = "test_address_refused"


class MessageNotFound(NotifyError):
    """There is no such message."""

    code = "message_not_found"


class ChannelRefused(NotifyError):
    """A kind of message that the channel never carries (one-time codes through MAX). ``facts``: channel."""

    code = "channel_refused"


class ChannelNotConnected(NotifyError):
    """The campaign's channel has no provider: all messages would wait and leave once one is connected."""

    code = "channel_not_connected"


class MaxTokenRefused(NotifyError):
    """The linking token is unknown, expired, or was used by another account; the error does not tell which."""

    code = "max_token_refused"


class ContractMissing(NotifyError):
    """A contract with a platform counts only with its number and date."""

    code = "contract_missing"
