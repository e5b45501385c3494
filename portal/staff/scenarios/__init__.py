"""Pages of the bot's scenarios."""
