"""The generic provider of SMPP 3.4: an operator or aggregator that takes SMS over one long session."""
