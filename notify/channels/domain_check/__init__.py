"""What the DNS says of a domain that letters are sent from."""
