"""One form for the SMSC's own id of a message, which some write otherwise in the receipt than in the answer. Pure."""

from contextlib import suppress

from notify.channels.smpp.conf import IdFormat


def submitted_id(given: str, form: IdFormat) -> str:
    """Return the id of an answer to submit_sm in the form under which it is kept."""
    return _from_hex(given) if form == "hex_decimal" else _plain(given)


def receipted_id(given: str, form: IdFormat) -> str:
    """Return the id in the text of a receipt in that form."""
    return _from_hex(given) if form == "decimal_hex" else _plain(given)


def _from_hex(given: str) -> str:
    with suppress(ValueError):
        return str(int(given.strip(), 16))
    return _plain(given)


def _plain(given: str) -> str:
    """Drop the zeros by which some fill a number up to ten digits."""
    found = given.strip()
    return (found.lstrip("0") or found[:1]) if found.isascii() and found.isdigit() else found
