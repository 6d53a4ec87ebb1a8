"""The command line. Exit codes: 0 clean, 1 findings, 2 wrong usage."""

from .main import app

__all__ = ["app"]
