"""The two lanes of the queue: codes and notices, and campaigns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from notify.conf import BACKOFF_SECONDS
from notify.messages.composing import CampaignComposer, Composer
from notify.messages.transactional import TransactionalComposer
from notify.outbox.gate import GATE_CAMPAIGN, GATE_TRANSACTIONAL
from notify.types import CAMPAIGN_PRIORITY, TRANSACTIONAL_PRIORITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Rows of one ``priority``: who writes them, what may hold them back, how long the first pause after "later" is."""

    priority: int
    gate: str
    first_pause: float
    composer: Callable[[], Composer]


CAMPAIGNS: Final = Lane(
    priority=CAMPAIGN_PRIORITY, gate=GATE_CAMPAIGN, first_pause=BACKOFF_SECONDS, composer=CampaignComposer
)
TRANSACTIONAL: Final = Lane(
    priority=TRANSACTIONAL_PRIORITY, gate=GATE_TRANSACTIONAL, first_pause=3, composer=TransactionalComposer
)
