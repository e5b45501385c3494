"""The form in which a channel and a kind of contact are declared. Pure values; no other package of the room below."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Words = str | Promise
Style = Literal["letter", "short", "dialogue"]
"""A letter has a subject and HTML; a short text names the company and its link itself; a dialogue has paragraphs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactKindSpec:
    """One kind of contact. Kinds are listed by ``place``."""

    code: str
    place: int
    label: Words
    word: Words
    """In one word, for narrow lists."""
    own_name: Words
    """As its owner reads it."""
    in_texts: str
    """As the texts of consents name it; Russian, for it goes into the ledger."""
    sample: str
    """A value for previews, of nobody."""
    data_term: str
    """What it is in DPV (https://w3id.org/dpv/pd)."""
    mask: Literal["phone", "email", "word"] = "word"
    is_account: bool = False
    """An account of a messenger: it is tied by linking, never typed in, and its number means nothing to people."""
    is_customer_number: bool = False
    """The account is the customer's number with the company: the company's own backend ties it, nobody links it."""
    code_methods: tuple[str, str] | None = None
    """`ProofMethod` of a one-time code, after a link and alone. None: no code goes there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """One channel, with the limits of the network itself, whoever carries the messages there.

    ``headings`` are by purpose. ``icon`` is one of `portal.ui.drawing.icons`. An unnamed fact does not hold.
    """

    code: str
    contact: ContactKindSpec
    icon: str

    label: Words
    short: Words
    """In the figures of the overview."""
    by: Words
    """After a verb: «по СМС»."""
    in_texts: str
    """Where it writes to, with ``{contact}``, as texts of consents say it; Russian, for it goes into the ledger."""
    touchpoint: Words
    """The place where its link is met."""
    group: Words
    """Heading of the list of those who can be written to first by it."""
    card_name: Words
    card_text: Words
    headings: Mapping[str, Words]
    contact_missing: Words = ""
    contact_add: Words = ""
    line_refused: Words = ""
    barred: Words = ""
    """Of a contact whose owner has forbidden mailings at the operator."""

    lines_taken: frozenset[str] = frozenset()
    """The only `LineType` that it surely reaches; empty where lines do not matter."""
    lines_refused: frozenset[str] = frozenset()
    """`LineType` that it surely does not reach."""
    needs_dialogue: bool = False
    """Reaches only those who have opened a dialogue with the company."""
    needs_contract: bool = False
    """The platform forbids first messages without a contract."""
    contract_title: Words = ""
    contract_text: Words = ""
    """What the administrator is told of the contract."""
    contract_missing: Words = ""
    card_text_advertising: Words = ""
    """The same while the platform's contracts let advertising alone go; empty: as always."""
    card_text_closed: Words = ""
    """The same while a contract that the platform needs is missing; empty: as with one."""
    needs_subscriber_consent: bool = False
    """Mailings need the subscriber's own consent, whatever the basis of the data is (126-FZ art. 44.1)."""
    reports_delivery: bool = True
    """Somebody tells whether a message arrived."""

    style: Style = "short"
    has_buttons: bool = False
    has_images: bool = False
    """A message of a campaign may have one picture."""
    text_limit: int = 0
    """Characters of a text; 0: no limit of the network."""
    is_in_segments: bool = False
    """A text is paid for by segments: links are short, and must stand in the text itself."""

    @property
    def asks_before_codes(self) -> bool:
        """Return whether one-time codes go there only by the word of the DPO and a contract that covers them."""
        return self.needs_contract and self.contact.code_methods is not None

    @property
    def is_letter(self) -> bool:
        """Return whether a message has a subject, HTML and an address to unsubscribe by one press."""
        return self.style == "letter"

    @property
    def prints_button(self) -> bool:
        """Return whether the words of a button are read anywhere: under a message, or in a letter."""
        return self.has_buttons or self.is_letter

    def reaches(self, *, line_type: str, has_dialogue: bool) -> bool:
        """Return whether a message surely arrives at a contact of the right kind."""
        return (not self.lines_taken or line_type in self.lines_taken) and (has_dialogue or not self.needs_dialogue)
