"""What a step stands on besides its basis: a norm, the subscriber's consent, an answer about words of offers.

A service text that looks like an offer, and one that passes every no of a person, are signed by the DPO.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, Protocol

from django.utils import timezone

from consents.database.clock import database_now
from consents.enums import Channel, LegalBasis, SubscriberConsent
from notify.enums import TextKind
from notify.errors import TextRefused
from notify.messages.offers import offers_found
from notify.messages.rendering import FLAGS, Values, text_compile
from notify.types import SpecProblem

NORM_LIMIT: Final = 200
REASON_LIMIT: Final = 300
REASON_LEAST: Final = 5


class Grounded(Protocol):
    """A step, or what a person has written of one."""

    @property
    def channel(self) -> str:
        """Return the code of its channel."""

    @property
    def text_kind(self) -> str:
        """Return the kind that its author gives it."""

    @property
    def legal_basis(self) -> str:
        """Return the basis that its author names."""

    @property
    def norm(self) -> str:
        """Return the article of the law, or the clause of the contract, that obliges to send it."""

    @property
    def subscriber_consent(self) -> str:
        """Return where the subscriber's consent to mailings is."""

    @property
    def contract_clause(self) -> str:
        """Return the clause that holds it."""

    @property
    def contract_date(self) -> date | None:
        """Return the day of that contract, or of its terms."""

    @property
    def offer_reason(self) -> str:
        """Return why words of offers are no advertising."""

    @property
    def subject(self) -> str:
        """Return the subject of a letter."""

    @property
    def text(self) -> str:
        """Return the text with its placeholders."""

    @property
    def button(self) -> str:
        """Return the words of the button."""


def offers_of(step: Grounded) -> tuple[str, ...]:
    """Return the words of offers in subject, text and button, whatever kind the text is said to be."""
    return offers_found(*(_filled(words) for words in (step.subject, step.text, step.button)))


def offers_in_service(step: Grounded) -> tuple[str, ...]:
    """Return the words of offers of a text that its author calls a service one: it looks like advertising."""
    return offers_of(step) if step.text_kind == TextKind.SERVICE else ()


def dpo_must_sign(step: Grounded) -> bool:
    """Return whether the second person must be the DPO."""
    return step.legal_basis == LegalBasis.LAW or bool(offers_in_service(step))


def needs_subscriber_consent(step: Grounded) -> bool:
    """Return whether it must be said where the subscriber's consent is: no consent given to us carries the step."""
    return (
        step.channel in Channel.values
        and Channel(step.channel).spec.needs_subscriber_consent
        and step.legal_basis != LegalBasis.CONSENT
    )


def ground_problems(step: Grounded) -> Iterator[SpecProblem]:
    """Yield what is missing for the step to stand on what it names."""
    if step.legal_basis == LegalBasis.LAW:
        yield from _reference_problems("norm", step.norm)
    if step.subscriber_consent and step.subscriber_consent not in SubscriberConsent.values:
        yield SpecProblem(field="subscriber_consent", code="unknown_choice", name=step.subscriber_consent)
    elif needs_subscriber_consent(step):
        yield from _subscriber_problems(step)
    if len(step.offer_reason.strip()) < REASON_LEAST and (offers := offers_in_service(step)):
        yield SpecProblem(field="offer_reason", code="offers_found", name=", ".join(offers))


def _subscriber_problems(step: Grounded) -> Iterator[SpecProblem]:
    if not step.subscriber_consent:
        yield SpecProblem(field="subscriber_consent", code="subscriber_consent_missing")
    if step.subscriber_consent != SubscriberConsent.CONTRACT:
        return
    yield from _reference_problems("contract_clause", step.contract_clause)
    if step.contract_date is None:
        yield SpecProblem(field="contract_date", code="missing", name="contract_date")
    elif step.contract_date > timezone.localdate(database_now()):
        yield SpecProblem(field="contract_date", code="date_ahead")


def _reference_problems(field: str, words: str) -> Iterator[SpecProblem]:
    """Yield a problem unless the words name an article or a clause, which has a number."""
    if not words.strip():
        yield SpecProblem(field=field, code="missing", name=field)
    elif not any(sign.isdigit() for sign in words):
        yield SpecProblem(field=field, code="number_missing")


def _filled(words: str) -> str:
    """Return a text as whoever gets all of it reads it: an offer may stand in the words for some."""
    try:
        compiled = text_compile(words)
    except TextRefused:
        return words
    return compiled.render(Values(dict.fromkeys(compiled.fields, ""), frozenset(FLAGS)))
