"""Receipts: numbers, content, words, PDF."""
