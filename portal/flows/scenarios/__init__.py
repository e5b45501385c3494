"""What staff do with the bot."""
