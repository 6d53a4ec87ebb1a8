"""Findings about rules of other packages (PLG)."""

from .base import Code

PLUGINS = (
    Code(
        "PLG001",
        "plug-in-not-used",
        "An installed package offers rules that can't be used.",
        "It can't be imported, offers something else, or its codes are another's; none of its rules ran, so silence says nothing.",
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
        "That is a fault of the rule, not of the record; what else it would have found there is not known.",
        bad=("a rule that takes for granted that each record has a quote, on a record without",),
        good=("a rule that yields nothing where there is no quote",),
        severity="warning",
        since="0.2.0",
    ),
)
"""Findings about plug-ins: packages that add rules."""
