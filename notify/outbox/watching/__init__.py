"""What staff see of the queue, and settle by hand."""
