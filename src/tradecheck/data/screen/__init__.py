"""A screen of all monthly series of the flows: which doubled, and how often ordinary ones do."""
