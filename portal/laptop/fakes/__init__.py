"""Providers that speak the real contracts over a socket and reach nobody: for the demo and for tests."""
