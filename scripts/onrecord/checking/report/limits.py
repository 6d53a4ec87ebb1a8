"""What GitHub takes of a report, and shows of it.

Code scanning refuses a SARIF file beyond its limits as a whole:
https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit and
https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/file-too-large.
Annotations: https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md (“Limitations”). As of 2026.
"""

RESULTS = 25_000
"""Results of a run; of more the file is refused. The 5,000 most severe are shown."""
ZIPPED = 10_000_000
"""Bytes of a file, compressed with gzip; a larger one is refused."""
LOCATIONS = 1_000
"""Locations of a result; 100 are shown. Of rules (25,000), tags (20 a rule) and runs (20) we are far from the limits."""

ANNOTATIONS = 10
"""Errors, warnings and notices, each, that a step of a workflow shows; a job shows 50 in all."""
