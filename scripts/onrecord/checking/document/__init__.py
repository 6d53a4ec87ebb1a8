"""A record as rules see it, with the look-ups that they share."""
