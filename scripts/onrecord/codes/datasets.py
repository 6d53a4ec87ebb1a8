"""Findings about datasets (DST) and their publication (PUB)."""

from .base import Code

DATASET = (
    Code(
        "DST001",
        "text-not-held",
        "None of the texts at hand is that of a record.",
        "A record's marks fit one text, to the byte: its SHA-256 is in the record. On any other they would lie.",
        bad=("the article as it stands on the web today, corrected since",),
        good=("the very file that was annotated, under any name",),
        since="0.2.0",
    ),
    Code(
        "DST002",
        "one-file-twice",
        "Two records of a dataset would be written to one and the same file.",
        "The second would take the place of the first.",
        bad=("two rows of one id", "two articles with one `source_file`"),
        good=("two rows of two ids", "two articles, each with a `source_file` of its own"),
        since="0.2.0",
    ),
    Code(
        "DST003",
        "row-damaged",
        "A row of a dataset is no record, or not of the text that its hash names.",
        "The dataset was changed after it was built, or damaged on its way.",
        bad=("a row whose text was edited", "a reference that leads out of the article"),
        good=("the row as `onrecord build` wrote it",),
        since="0.2.0",
    ),
    Code(
        "DST004",
        "dataset-without-text",
        "A dataset without its texts can't be checked as records.",
        "What its marks say of the words can only be seen beside the words.",
        bad=("what `onrecord build --without-text` made",),
        good=("the same after `onrecord rehydrate`",),
        since="0.2.0",
    ),
)
"""Findings about datasets: of `onrecord unbuild`, `onrecord rehydrate`, and where one is read as records."""

PUBLISH = (
    Code(
        "PUB001",
        "version-not-raised",
        "The corpus changed since it was published, and its version did not rise, or not far enough.",
        "Users tell by the version whether a result can be repeated and whether their code still fits: the major rises if a record, its id or the ids in it, a column or the texts are gone, the minor if something is added or an article's text was corrected, the patch for anything else.",
        bad=("an article was added, and 1.0.1 follows 1.0.0",),
        good=("an article was added, and 1.1.0 follows 1.0.0",),
        since="0.2.0",
    ),
    Code(
        "PUB002",
        "tag-of-other-content",
        "The tag is there already and stands for other content.",
        "A tag is what users load and cite; it means one content for ever.",
        bad=("v1.0.0 was published, and is to be published with another card",),
        good=("the other card is published as v1.0.1",),
        since="0.2.0",
    ),
)
"""Findings of `onrecord publish`."""
