"""The contacts of one row: of two columns of a kind the better one counts, with a word about the other. Pure."""

from collections.abc import Sequence
from typing import Final

from consents.enums import LineType
from consents.importing.files.cells import Fault, email_read, phone_read
from consents.importing.judging.mapping import Columns, ImportField
from consents.normalise import Phone

Faults = list[tuple[int, Fault]]
"""The faults of a row with their columns."""

_NAME_LENGTH: Final = 60


class ContactReader:
    """Reads phone and address. ``names`` are those of the columns, with one more for a field without a column."""

    def __init__(self, mapping: Columns, names: Sequence[str]) -> None:
        self._names = names
        self._absent = len(names) - 1
        self._phone, self._other_phone, self._email, self._other_email = (
            mapping.get(field.value, self._absent)
            for field in (ImportField.PHONE, ImportField.OTHER_PHONE, ImportField.EMAIL, ImportField.OTHER_EMAIL)
        )
        self.columns = {self._phone, self._other_phone, self._email, self._other_email} - {self._absent}

    def phone(self, cells: Sequence[str], faults: Faults) -> Phone | None:
        """Return the phone, or the other one where the first is empty, wrong or takes no SMS while that one does."""
        phone, wrong = phone_read(cells[self._phone].strip())
        if wrong:
            faults += [(self._phone, fault) for fault in wrong]
        if self._other_phone == self._absent:
            return phone
        other, wrong = phone_read(cells[self._other_phone].strip())
        if other is None or phone is None:
            faults += [(self._other_phone, fault) for fault in wrong]
            return phone or other
        if other.e164 == phone.e164:
            return phone
        if phone.line_type is not LineType.MOBILE and other.line_type is LineType.MOBILE:
            faults[:] = [fault for fault in faults if fault[0] != self._phone]
            faults += [(self._other_phone, fault) for fault in wrong]
            faults.append((self._phone, ("phone_second", self._names[self._other_phone][:_NAME_LENGTH])))
            return other
        faults.append((self._other_phone, ("phone_second", self._names[self._phone][:_NAME_LENGTH])))
        return phone

    def email(self, cells: Sequence[str], faults: Faults) -> str | None:
        """Return the address, or the other one where the first is empty or wrong."""
        email, wrong = email_read(cells[self._email].strip())
        if wrong:
            faults += [(self._email, fault) for fault in wrong]
        if self._other_email == self._absent:
            return email
        other, wrong = email_read(cells[self._other_email].strip())
        if other is None or email is None:
            faults += [(self._other_email, fault) for fault in wrong]
        elif other != email:
            faults.append((self._other_email, ("email_second", self._names[self._email][:_NAME_LENGTH])))
        return email or other
