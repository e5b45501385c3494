"""Personal links: tokens, QR codes, visits."""
