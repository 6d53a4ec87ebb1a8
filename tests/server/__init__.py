"""The codec against a real Label Studio and a real browser."""
