"""How tasks are handed to the broker and by the clock: within limits of time, and by no clock of two machines."""
