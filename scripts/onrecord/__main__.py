"""`python -m onrecord`."""

from .cli import app

app(prog_name="onrecord")
