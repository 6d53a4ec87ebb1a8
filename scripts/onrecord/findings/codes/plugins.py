"""Findings about rules of other packages (PLG)."""

from .base import Code

PLUGINS = (
    Code(
        "PLG001",
        "plug-in-not-used",
        "An installed package offers rules that can't be used.",
        "The package can't be imported, offers something other than rules, or uses codes of another package. None of its rules ran, so a report without findings proves nothing.",
        bad=(
            "rules with codes that begin with SPN, which is onrecord's own",
            "an entry point to a module that is gone",
        ),
        good=("rules with codes that begin with letters of their own",),
        severity="warning",
        since="0.2.0",
    ),
    Code(
        "PLG002",
        "rule-failed",
        "A rule of an installed package failed on a record.",
        "The fault is the rule's, not the record's; what else the rule would have found there is unknown.",
        bad=("a rule that takes for granted that each record has a quote, on a record without",),
        good=("a rule that yields nothing where there is no quote",),
        severity="warning",
        since="0.2.0",
    ),
)
"""Findings about plug-ins: packages that add rules."""
