"""Everything that lets one laptop run Mostik without servers: secrets, PostgreSQL, a supervisor."""
