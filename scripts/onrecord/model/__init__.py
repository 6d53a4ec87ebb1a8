"""What a record is: its types, what their fields mean, the schema and the closed lists. Knows no format, no file."""
