"""Dialogues with customers: what they wrote, what they were answered, who sees to it."""
