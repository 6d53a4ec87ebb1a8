"""Records ⇄ Label Studio tasks: one table, its carriers, reader beside writer."""
