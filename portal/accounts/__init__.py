"""Accounts of staff: sign-in, second factor, sessions."""
