"""One set-up of SMPP, and the waits that its rules ask for. Pure."""

from dataclasses import dataclass, field
from typing import Final, Literal

LongTexts = Literal["udh8", "udh16", "sar", "payload"]
"""How the parts of a long text are tied: a header of 6 or 7 bytes, optional parameters, or not cut by us at all."""
IdFormat = Literal["same", "hex_decimal", "decimal_hex"]
"""How an SMSC writes its id: in the answer, and in the receipt."""

SHORTEST_VALIDITY: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SmppConf:
    """Where to bind, as whom, and how texts leave."""

    name: str = "smpp"
    host: str
    port: int
    tls: bool = False
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    service_type: str = ""
    esm_class: int = 0
    source: str
    source_ton: int = 5
    source_npi: int = 0
    window: int = 10
    """Most submit_sm without an answer."""
    per_second: int = 0
    """Most submit_sm a second; 0: no limit."""
    validity_seconds: int = 0
    """Of a message that has no limit of its own; 0: the SMSC decides."""
    long_texts: LongTexts = "udh8"
    id_format: IdFormat = "same"
    call_seconds: float = 20.0
    after_drop: float = 60.0
    after_failure: float = 90.0
    silence: float = 60.0
    """Without anything from the SMSC, after which it is asked whether it is there."""
