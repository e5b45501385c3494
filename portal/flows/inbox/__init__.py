"""What staff do in the inbox: each act with its row in the journal."""
