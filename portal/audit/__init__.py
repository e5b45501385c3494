"""What staff do: rights, acts, the journal."""
