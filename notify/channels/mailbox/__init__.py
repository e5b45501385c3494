"""The company's mailbox: what comes back for its letters, and what people answer."""
