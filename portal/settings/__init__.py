"""Settings: `embedded` (laptop), `production` (server), `test`; all read the environment through `env`."""
