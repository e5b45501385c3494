"""The provider of the sandbox."""
