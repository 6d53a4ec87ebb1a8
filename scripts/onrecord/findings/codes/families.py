"""The families of codes: what their letters say."""

FAMILIES = {
    "FIL": "Files",
    "SCH": "Schema",
    "TXT": "Text",
    "SEG": "Segments",
    "SPN": "Spans",
    "IDS": "Ids and links",
    "ENT": "Entities",
    "TIM": "Times",
    "QUO": "Quotes",
    "CLM": "Claims",
    "EVT": "Events",
    "MET": "Metadata",
    "EXM": "Exemptions",
    "COR": "Corpus",
    "ING": "Ingest",
    "MRK": "Anchor",
    "LST": "Label Studio import",
    "MIG": "Migrate",
    "DST": "Datasets",
    "PUB": "Publish",
    "PLG": "Plug-ins",
}
"""Letters of our codes → what they are about, in the order in which checks go."""


def family(code: str) -> str:
    """The letters of a code: what it is about, or who adds it."""
    return code.rstrip("0123456789")
