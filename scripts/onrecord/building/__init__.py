"""A corpus to its dataset and back, each proven."""
