"""What pages are drawn with: icons, charts, the palette of a company."""
