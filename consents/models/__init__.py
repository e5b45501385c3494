"""Models of the consents room. Private to it: other rooms enter by services and selectors."""

from consents.models.customer import ChannelFacts, ContactPoint, Customer, Messenger
from consents.models.document import Company, CompanyLogo, Document, Edition, Sender
from consents.models.epoch import Epoch, RestoredNo
from consents.models.importing import ImportIssue, ImportJob
from consents.models.ledger import ConsentEvent, ConsentState, Evidence, Receipt
from consents.models.seal import Leaf, LedgerCheck, RecordedRow, Seal, TreeNode, UnsealedEvent
from consents.models.stop import Stop
from consents.models.verification import Verification

__all__ = [
    "ChannelFacts",
    "Company",
    "CompanyLogo",
    "ConsentEvent",
    "ConsentState",
    "ContactPoint",
    "Customer",
    "Document",
    "Edition",
    "Epoch",
    "Evidence",
    "ImportIssue",
    "ImportJob",
    "Leaf",
    "LedgerCheck",
    "Messenger",
    "Receipt",
    "RecordedRow",
    "RestoredNo",
    "Seal",
    "Sender",
    "Stop",
    "TreeNode",
    "UnsealedEvent",
    "Verification",
]
