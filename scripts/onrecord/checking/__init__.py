"""From bytes to findings: schema, rules, reports, safe fixes, settings."""
