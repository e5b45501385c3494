"""All texts that a new company begins with."""

from consents.documents import advertising_texts, policy_texts, promotion_texts, rules_texts, service_texts
from consents.documents.wording import DefaultText

DEFAULT_TEXTS: tuple[DefaultText, ...] = (
    *service_texts.TEXTS,
    *promotion_texts.TEXTS,
    *advertising_texts.TEXTS,
    *rules_texts.TEXTS,
    *policy_texts.TEXTS,
)
