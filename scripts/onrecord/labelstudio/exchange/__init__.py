"""Records and tasks in files: what may be pushed, what an export makes, and where it lands."""
