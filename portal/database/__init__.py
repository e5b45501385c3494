"""The engine of DATABASES: PostgreSQL with limits of time by kind of process, and a watch over silent servers."""
