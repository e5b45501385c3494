"""ChatApp: a gateway to messengers, of which only the legal ones are used."""
