"""The company's own application: messages go to its backend by a signed webhook."""
