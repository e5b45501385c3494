"""The fakes of providers as they run beside the site of a laptop."""
