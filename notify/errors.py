"""Errors of the notify room. Sentences for people are in the portal."""

from consents.errors import RoomError


class NotifyError(RoomError):
    """Base of the room's errors. ``facts`` are values that a sentence may name."""


class CampaignNotFound(NotifyError):
    """There is no campaign with this number."""


class MoveRefused(NotifyError):
    """The life cycle has no such move. ``facts``: kind, old, new."""


class CampaignChanged(NotifyError):
    """The campaign is not what was approved: text, audience, size, channel or window differ."""


class SecondPersonNeeded(NotifyError):
    """The author tried to launch their own campaign."""


class DpoNeeded(NotifyError):
    """Only the DPO launches it: it passes every no of a person, or looks like advertising."""

    code = "dpo_needed"


class GroundMissing(NotifyError):
    """The campaign does not say what it stands on, as `notify.campaigns.ground` asks it."""

    code = "ground_missing"


class AuthorNeeded(NotifyError):
    """Somebody else tried to change a draft or to submit it."""

    code = "author_needed"


class TooManyParts(NotifyError):
    """One SMS of the campaign has more parts than an installation pays for."""

    code = "too_many_parts"


class AudienceEmpty(NotifyError):
    """The filter finds nobody."""


class SpecRefused(NotifyError):
    """A campaign cannot be saved like this. ``facts``: problems, a tuple of `SpecProblem`."""


class TextRefused(NotifyError):
    """A text holds something that is no placeholder of ours. ``facts``: problem, name."""


class HeaderRefused(NotifyError):
    """A value for a mail header holds a line break or another control character."""


class TestAddressRefused(NotifyError):
    """A test goes only to the person who asks for it, or to a made-up address in the sandbox."""

    __test__ = False  # the name begins like a test class; pytest must not collect it


class MessageNotFound(NotifyError):
    """There is no such message."""


class ChannelRefused(NotifyError):
    """A kind of message that the channel does not carry: codes, where nobody has allowed them. ``facts``: channel."""


class ChannelNotConnected(NotifyError):
    """The campaign's channel has no provider: all messages would wait and leave once one is connected."""


class LastStep(NotifyError):
    """The only step of a campaign is not removed."""


class LaunchNotReady(NotifyError):
    """The company lacks requisites or texts that every message stands on. ``facts``: missing, a `Readiness`."""


class ImageRefused(NotifyError):
    """A file is no picture that can be kept. ``facts``: problem, and most, the limit that it exceeds."""


class ImageNotCarried(NotifyError):
    """A provider of the campaign's channel takes no pictures, or none like this one."""


class LinkTokenRefused(NotifyError):
    """The linking token is unknown, expired, or was used by another account; the error does not tell which."""


class ContractRefused(NotifyError):
    """A contract with a platform cannot be kept like this. ``facts``: field, problem."""


class ContractUnknown(NotifyError):
    """The channel has no such contract."""


class SetupMissing(NotifyError):
    """No provider is set up under this name."""


class SetupRefused(NotifyError):
    """A set-up cannot be kept like this. ``facts``: fields, the names of wrong ones; reason, of the provider itself."""


class SetupInUse(NotifyError):
    """A set-up that is on, or that something kept names, is not removed."""


class SecretShown(NotifyError):
    """The secret of a webhook has been shown already, and is shown once."""


class DialogueMissing(NotifyError):
    """There is no such dialogue."""


class ScenarioMissing(NotifyError):
    """There is no such scenario, or no such version of it."""


class ScenarioChanged(NotifyError):
    """The draft is no longer the one that was looked at before publishing."""


class ScenarioUnpublished(NotifyError):
    """Only what has been published can be switched on."""


class DialogueTaken(NotifyError):
    """Somebody else of staff has the dialogue. ``facts``: holder, the name."""


class NewerMessage(NotifyError):
    """The customer has written since the page was made: what is answered or closed may not be what was read."""


class AnswerBlocked(NotifyError):
    """Nothing can leave over the channel of the dialogue now. ``facts``: reason, `closed` or `no_provider`."""


class ReadyAnswerMissing(NotifyError):
    """There is no such ready answer."""


class TitleTaken(NotifyError):
    """Another ready answer has this title."""


class SenderNameMissing(NotifyError):
    """There is no such name of a sender, or no such template of one."""


class SenderNameRefused(NotifyError):
    """A name or a template cannot be kept like this. ``facts``: problem, a word for the field of the form."""
