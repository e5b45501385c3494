"""What people answered: consents given, refused, taken back, and what stands now."""
