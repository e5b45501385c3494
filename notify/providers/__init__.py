"""What becomes of set-ups of providers as a whole: their order, and looks at how they fare."""
