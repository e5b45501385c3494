"""A customer's visit: session, level of proof, evidence."""
