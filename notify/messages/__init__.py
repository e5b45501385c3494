"""Texts of messages, put together for one recipient."""
