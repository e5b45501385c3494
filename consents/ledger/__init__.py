"""The ledger: its events, their exact bytes, the only writer, a person's history."""
