"""The register of consents as staff search and export it."""
