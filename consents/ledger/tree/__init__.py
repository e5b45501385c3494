"""The RFC 9162 tree over the ledger: leaves, heads, signatures, proofs."""
