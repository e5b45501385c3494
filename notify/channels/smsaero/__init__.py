"""SMS Aero, version 2: one SMS a call."""
