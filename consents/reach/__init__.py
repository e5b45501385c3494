"""May we write to this address: consents, stops, coverage, audience."""
