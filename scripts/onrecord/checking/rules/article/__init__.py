"""Rules about text, segments, metadata, provenance and exemptions (TXT, SEG, MET, EXM)."""
