"""New messages of customers: answered by a scenario, or left for a person here or in a cabinet. None is passed over."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from consents.apart import CONNECTION_ERRORS
from consents.customers.customers_read import customer_named
from consents.database.clock import database_now
from consents.documents.company_reading import company_current
from consents.enums import Channel
from notify.channels.lookup.adapter import Question
from notify.conf import LOOP_SECONDS
from notify.dialogues.cabinet_looks import CabinetLooks
from notify.dialogues.cabinets import cabinet_leave, is_led_there
from notify.dialogues.receiving import inbound_settle
from notify.dialogues.replying import reply_send
from notify.enums import DialogueState, InboundOutcome
from notify.messages.transactional import PERSONAL_PAGE, notice_send
from notify.models import Dialogue, InboundMessage, Reply
from notify.scenarios.engine import Decision, State, decide, decided, left_to_person
from notify.scenarios.lookups import lookup_name, status_ask
from notify.scenarios.reading import scenarios_in_force
from notify.scenarios.wording import addressee, text_filled
from notify.statements import run

logger = logging.getLogger("notify.inbound")

TAKEN_SECONDS: Final = 30
"""A worker that looks for an answer longer has been lost: another one takes the message."""

# The messages of one dialogue are answered in their order: a number comes after the question for it.
_TAKE: Final = """
UPDATE notify_inboundmessage SET taken_until = statement_timestamp() + %(seconds)s * interval '1 second'
WHERE id = (
    SELECT id FROM notify_inboundmessage m
    WHERE outcome = 'new' AND (taken_until IS NULL OR taken_until < statement_timestamp())
      AND NOT EXISTS (
        SELECT FROM notify_inboundmessage o
        WHERE o.dialogue_id = m.dialogue_id AND o.outcome = 'new' AND o.id < m.id)
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, provider, channel, account, received_at
"""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message that this worker has taken."""

    id: int
    provider: str
    channel: str
    account: str
    day: str


def new_messages_answer(*, limit: int = 200, seconds: float = LOOP_SECONDS) -> int:
    """See to new messages, oldest first, and return how many. Any number of workers may do so at once.

    No message is begun after ``seconds``: a look-up that hangs must not hold up what others write, a stop least of all.
    """
    ends, count, looks = time.monotonic() + seconds, 0, CabinetLooks()
    while count < limit and time.monotonic() < ends and (message := _take()) is not None:
        count += 1
        try:
            _answer(message, looks)
        except CONNECTION_ERRORS:
            raise
        except Exception as error:
            # A scenario that breaks must cost nobody an answer.
            logger.error("inbound message %s: no answer, %s", message.id, type(error).__name__)
            _leave_for_a_person(message)
    return count


def _answer(message: NewMessage, looks: CabinetLooks) -> None:
    """Decide, look up what the decision needs, and carry it out. No look stands inside a transaction."""
    inbound = InboundMessage.objects.select_related("dialogue").get(pk=message.id)
    moment = database_now().astimezone(ZoneInfo(settings.DEFAULT_TIME_ZONE))
    decision = decide(
        inbound.text.strip() or inbound.subject,
        moment=moment,
        state=_state(inbound.dialogue, inbound.provider, answers_in_hour=_answers_in_hour(inbound.dialogue)),
        scenarios=scenarios_in_force(),
    )
    decision = _looked_up(decision, inbound, moment)
    # Whoever has a dialogue here leads it over every channel.
    in_cabinet = decision.is_open and decision.why != "claimed" and looks.shows(inbound)
    _carry_out(message, decision, in_cabinet=in_cabinet)


def _state(dialogue: Dialogue, provider: str, *, answers_in_hour: int = 0) -> State:
    return State(
        is_claimed=dialogue.state == DialogueState.CLAIMED,
        is_closed=dialogue.state == DialogueState.CLOSED,
        is_led_there=is_led_there(dialogue, provider=provider),
        pending=dialogue.pending,
        answers_in_hour=answers_in_hour,
    )


def _answers_in_hour(dialogue: Dialogue) -> int:
    """Count what the bot has said to the contact."""
    hour = database_now() - timedelta(hours=1)
    said = Reply.objects.filter(dialogue=dialogue, author=None, provider="", created_at__gte=hour)
    return said.filter(channel=dialogue.channel, account=dialogue.account).count()


def _looked_up(decision: Decision, inbound: InboundMessage, moment: datetime) -> Decision:
    if decision.text == "question" and not lookup_name():
        # There is nobody to ask: a number would lead nowhere.
        return decided(decision, found=None, has_failed=True, moment=moment)
    if not decision.needs_lookup:
        return decision
    customer_id = inbound.dialogue.customer_id
    answer = status_ask(
        Question(
            key=f"lookup-{inbound.pk}",
            number=decision.number,
            customer=customer_named(customer_id=customer_id)[1] or None if customer_id else None,
            channel=inbound.channel,
        )
    )
    return decided(decision, found=answer.values, has_failed=answer.has_failed, moment=moment)


@transaction.atomic
def _carry_out(message: NewMessage, decision: Decision, *, in_cabinet: bool) -> None:
    """Record what becomes of the message and plan the answer: both or neither, however often a worker is lost."""
    dialogue = Dialogue.objects.select_for_update(of=("self",)).get(inbound=message.id)
    if why := _state(dialogue, message.provider).person:
        # Somebody may have come into the dialogue while the answer was looked for.
        decision, in_cabinet = left_to_person(why), in_cabinet and why != "claimed"
    if decision.is_open and not decision.text:
        is_settled = _leave_for_a_person(message, decision, in_cabinet=in_cabinet)
    else:
        is_settled = _settle(message, decision, in_cabinet=in_cabinet)
        if is_settled:
            reply_send(
                dialogue_id=dialogue.pk,
                text=_words(decision, dialogue),
                request_key=f"inbound:{message.id}",
                scenario=decision.scenario,
                answers_id=message.id,
                buttons=decision.buttons,
            )
    if is_settled and decision.pending is not None:
        Dialogue.objects.filter(pk=dialogue.pk).update(pending=decision.pending)


def _settle(message: NewMessage, decision: Decision, *, in_cabinet: bool) -> bool:
    """Record what becomes of the message. False for one that has been seen to."""
    if in_cabinet:
        return cabinet_leave(message_id=message.id, handled_by=decision.scenario)
    outcome = InboundOutcome.OPEN if decision.is_open else InboundOutcome.SCENARIO
    return inbound_settle(message_id=message.id, outcome=outcome, handled_by=decision.scenario)


def _words(decision: Decision, dialogue: Dialogue) -> str:
    if decision.spec is None:
        raise LookupError(decision.scenario)
    to = addressee(
        name=customer_named(customer_id=dialogue.customer_id)[0] if dialogue.customer_id else "",
        company=company_current(),
        page=PERSONAL_PAGE if dialogue.customer_id else f"{settings.SITE_URL}/",
    )
    text = decision.spec.texts[decision.text]
    return text_filled(decision.text, text, is_status=decision.spec.kind == "status", to=to, values=decision.values)


@transaction.atomic
def _leave_for_a_person(message: NewMessage, decision: Decision | None = None, *, in_cabinet: bool = False) -> bool:
    """Open the dialogue for staff, and tell the customer once a day where a dialogue is the custom.

    Nothing is said where a person is in the dialogue already, nor where people in a cabinet see it: a word of ours
    would stand there as the answer. False for a message that has been seen to.
    """
    if not _settle(message, decision or Decision(is_open=True), in_cabinet=in_cabinet):
        return False
    is_quiet = in_cabinet or (decision is not None and decision.is_quiet)
    if Channel(message.channel).spec.style == "dialogue" and not is_quiet:
        notice_send(
            notice="received",
            channel=message.channel,
            customer_id=None,
            address=message.account,
            request_key=f"{message.account}:{message.day}",
        )
    return True


def _take() -> NewMessage | None:
    found = run(_TAKE, {"seconds": TAKEN_SECONDS}).fetchone()
    if not found:
        return None
    identity, provider, channel, account, received_at = found
    return NewMessage(identity, provider, channel, account, received_at.date().isoformat())
