"""Messages of a community of the social network VK."""
