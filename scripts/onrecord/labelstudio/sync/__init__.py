"""A Label Studio server: start, push, pull, and what this machine knows of it."""
