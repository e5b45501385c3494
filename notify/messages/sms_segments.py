"""How many parts an SMS takes, as operators bill it. Pure.

The rules are those of `notify.channels.gsm`, by which adapters split texts too, with a reference of 8 bits.
"""

from notify.channels.gsm import GSM_BASIC, GSM_EXTENSION, PART, sms_alphabet, sms_parts

__all__ = ["GSM_BASIC", "GSM_EXTENSION", "PART", "sms_alphabet", "sms_parts"]
