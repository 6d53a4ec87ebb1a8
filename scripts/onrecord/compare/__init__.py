"""Annotations of one article beside each other: agreement and three-way merge."""
