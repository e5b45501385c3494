"""The rows beside the events that proofs rest on: which they are, and how the tree comes to hold them."""
