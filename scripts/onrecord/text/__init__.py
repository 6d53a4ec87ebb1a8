"""Text: what the program knows of languages and their words."""
