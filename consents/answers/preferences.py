"""What a person has allowed and what is still to be asked; what has happened is `register.search.person_timeline`.

For level 0 there is `customers.contacts_read.masked_contacts` and nothing from here: no name, no answers.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, Literal
from uuid import UUID

from consents.database.clock import database_now
from consents.documents.company_reading import company_current
from consents.documents.reading import editions_in_force
from consents.enums import Channel, DocumentKind, EventKind, Purpose, SignatureRules, StateValue
from consents.ledger.tree.proofs import rules_answered
from consents.models import ConsentEvent, ConsentState, ContactPoint
from consents.reach.stops import StopView, stops_of, stops_over
from consents.words import PURPOSE_OF

AskAgain = Literal["", "never_asked", "contact_changed", "expired"]

_KIND_OF_PURPOSE: Final = {purpose: kind for kind, purpose in PURPOSE_OF.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """Where one purpose on one channel stands for one person.

    ``value`` is the last answer, empty when there was none. ``is_in_force``: a yes that a message may stand on now.
    ``ask_again`` says why a yes is missing that the person has not refused. ``stop`` keeps a yes from working that
    would be in force without it.
    """

    purpose: Purpose
    channel: Channel
    value: StateValue | Literal[""]
    is_in_force: bool
    ask_again: AskAgain
    since: datetime | None = None
    valid_until: datetime | None = None
    event: UUID | None = None
    stop: StopView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentToAsk:
    """One text for the contacts that it names, by channel, to be shown on a screen of its own."""

    edition_id: int
    purpose: Purpose
    contacts: Mapping[Channel, UUID]


@dataclass(frozen=True)
class AnswerState:
    """Where one person's answers stand. Each part is read once, when it is first asked for.

    It is a picture of one moment: after a write take another one.
    """

    customer_id: int

    @cached_property
    def contacts(self) -> Mapping[Channel, ContactPoint]:
        """Return the current contacts by channel: phone, e-mail, MAX."""
        points = ContactPoint.objects.filter(customer_id=self.customer_id, is_current=True, closed_at=None)
        by_kind = {point.kind: point for point in points}
        channels = sorted(Channel, key=lambda channel: channel.kind.spec.place)
        return {channel: by_kind[channel.kind] for channel in channels if channel.kind in by_kind}

    @cached_property
    def consents(self) -> tuple[ConsentView, ...]:
        """Return where every purpose on every channel stands: service first, MAX first."""
        rows = ConsentState.objects.select_related("event", "contact_point").filter(customer_id=self.customer_id)
        states = {(state.purpose, state.channel): state for state in rows}
        stops = {stop.id: stop for stop in stops_of(customer_id=self.customer_id)}
        over = stops_over(customer_ids=[self.customer_id] if stops else [])
        held = {state: stops[stop] for state, stop in over.items()}
        return tuple(
            _consent(purpose, channel, states, self.contacts, held) for purpose in Purpose for channel in Channel
        )

    @cached_property
    def texts(self) -> Mapping[str, int]:
        """Return the editions in force by kind."""
        return dict(editions_in_force().values_list("document__kind", "pk"))

    @property
    def rules(self) -> int | None:
        """Return the edition of the signature's rules in force, None when the company has none."""
        return self.texts.get(DocumentKind.PEP_RULES)

    @cached_property
    def offers_rules(self) -> bool:
        """Return whether the company shows its rules of the signature, to accept or to leave; no answer waits."""
        company = company_current()
        return self.rules is not None and company is not None and company.signature_rules == SignatureRules.ASK

    @cached_property
    def accepted_rules(self) -> int | None:
        """Return the edition of the rules that the person has accepted and not left since."""
        answer = self.rules_answer
        return answer.document_version if answer is not None and answer.kind == EventKind.RULES_ACCEPTED else None

    @cached_property
    def rules_answer(self) -> ConsentEvent | None:
        """Return the last event about the rules of the signature."""
        return rules_answered(customer_id=self.customer_id)

    def consent(self, purpose: str, channel: str) -> ConsentView:
        """Return where one purpose on one channel stands."""
        return next(one for one in self.consents if (one.purpose, one.channel) == (purpose, channel))

    def to_ask(
        self,
        *,
        channels: Collection[Channel | str],
        purposes: Collection[Purpose | str],
        answered_since: datetime | None = None,
    ) -> tuple[DocumentToAsk, ...]:
        """Return the texts to ask, in order, for the channels and purposes that a person has chosen.

        One text a purpose, for all channels where it is open, and only for confirmed contacts. Left out: what is in
        force, and what was answered since ``answered_since`` (the beginning of the visit). Advertising brings the text
        about promotion with it and is not asked once that was refused.
        """
        confirmed = {channel for channel, point in self.contacts.items() if point.confirmed_at}
        chosen = [one for one in Channel if one in channels and one in confirmed]
        found = []
        for purpose in _questions(purposes):
            edition_id = self.texts.get(_KIND_OF_PURPOSE[purpose])
            asked = {
                channel: self.contacts[channel].uuid
                for channel in chosen
                if self._is_open(purpose, channel, answered_since)
            }
            if edition_id is not None and asked:
                found.append(DocumentToAsk(edition_id=edition_id, purpose=purpose, contacts=asked))
        return tuple(found)

    def _is_open(self, purpose: Purpose, channel: Channel, answered_since: datetime | None) -> bool:
        one = self.consent(purpose, channel)
        if one.is_in_force or _was_answered(one, answered_since) or _is_in_vain(one):
            return False
        promotion = self.consent(Purpose.PROMOTION, channel)
        is_refused = _was_answered(promotion, answered_since) and not promotion.is_in_force
        return not (purpose == Purpose.ADVERTISING and is_refused)


def consents_of(*, customer_id: int) -> tuple[ConsentView, ...]:
    """Return where every purpose on every channel stands: service first, MAX first."""
    return AnswerState(customer_id).consents


def _questions(purposes: Collection[Purpose | str]) -> list[Purpose]:
    """Return the purposes in their order; advertising stands on two texts."""
    wanted = {*purposes, *([Purpose.PROMOTION] if Purpose.ADVERTISING in purposes else [])}
    return [purpose for purpose in Purpose if purpose in wanted]


def _is_in_vain(one: ConsentView) -> bool:
    """Return whether another yes would change nothing: the contact itself is wrong."""
    return one.stop is not None and not one.stop.is_asked_for


def _was_answered(one: ConsentView, answered_since: datetime | None) -> bool:
    return answered_since is not None and one.since is not None and one.since >= answered_since


def _consent(
    purpose: Purpose,
    channel: Channel,
    states: Mapping[tuple[str, str], ConsentState],
    points: Mapping[Channel, ContactPoint],
    held: Mapping[int, StopView],
) -> ConsentView:
    state = states.get((purpose, channel))
    if state is None:
        return ConsentView(purpose=purpose, channel=channel, value="", is_in_force=False, ask_again="never_asked")
    point = points.get(channel)
    ask_again: AskAgain = ""
    is_yes = state.value == StateValue.GRANTED
    if is_yes:
        if point is None or state.contact_point_id != point.pk:
            ask_again = "contact_changed"
        elif state.valid_until is not None and state.valid_until <= database_now():
            ask_again = "expired"
    is_good = is_yes and not ask_again
    stop = held.get(state.pk) if is_good else None
    return ConsentView(
        purpose=purpose,
        channel=channel,
        value=StateValue(state.value),
        is_in_force=is_good and stop is None,
        ask_again=ask_again,
        since=state.since,
        valid_until=state.valid_until,
        event=state.event.uuid,
        stop=stop,
    )
