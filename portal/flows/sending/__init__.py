"""Acts of staff around the sending itself: names of senders, where tests go."""
