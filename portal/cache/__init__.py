"""The cache: Redis, and the database for what protects while Redis is away."""
