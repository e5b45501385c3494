"""Words, drawings and colours of the pages of customers and staff."""
