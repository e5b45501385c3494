"""Secrets of set-ups as they are kept: what an administrator entered, and what a provider gave us for a time."""
