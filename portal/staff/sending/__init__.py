"""Pages around the sending itself: names of senders, where one's own tests go."""
