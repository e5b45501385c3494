"""Refusals that must outlive an outage or a restore, and the way out of a restore."""
