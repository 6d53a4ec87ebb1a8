"""Every way in and out: names from data, bounded reading of regular files, writing whole or not at all."""
