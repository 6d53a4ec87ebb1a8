"""The codes of findings that no rule yields: files (FIL), the schema (SCH), raw articles (COR), and the commands' own."""

from msgspec import Struct

from .finding import Patch, Severity


class Code(Struct, frozen=True):
    """A catalogue entry, as of a rule. Examples are changes to `schemas/record.example.json`, or words."""

    code: str
    name: str
    what: str
    why: str
    bad: tuple[str | Patch, ...] = ()
    good: tuple[str | Patch, ...] = ()
    severity: Severity = "error"
    since: str = "0.1.0"
    fixable: bool = False


FILES = (
    Code(
        "FIL001",
        "unreadable",
        "A file or folder can't be read.",
        "It is missing, misnamed, damaged, or its permissions forbid it; nothing can be said of what it holds.",
        bad=("a path at which nothing is",),
    ),
    Code(
        "FIL002",
        "not-utf-8",
        "A file is not UTF-8.",
        "JSON is UTF-8. In another encoding, characters and so all offsets would be guesses.",
        bad=("é as the one byte E9 (Latin-1)",),
        good=("é as the two bytes C3 A9",),
    ),
    Code(
        "FIL003",
        "not-json",
        "A file is no JSON.",
        "It was cut off, edited by hand, or written by a program that takes liberties: comments, trailing commas, NaN.",
        bad=('{"id": "a",}',),
        good=('{"id": "a"}',),
    ),
    Code(
        "FIL004",
        "nested-too-deeply",
        "The JSON is nested too deeply to be a record.",
        "Programs that read JSON step by step would exhaust their memory on it.",
        bad=("[[[[[[[[… a thousand brackets",),
    ),
    Code(
        "FIL005",
        "key-twice",
        "An object gives a key twice.",
        "Readers keep one of the two values, and not all the same.",
        bad=('{"id": "a", "id": "b"}',),
        good=('{"id": "a"}',),
    ),
    Code(
        "FIL006",
        "no-record",
        "A folder, or a file of many records, holds none.",
        "A check that looks at nothing would otherwise pass; mostly it is the wrong folder.",
        bad=("an empty folder",),
        good=("a corpus, a folder of records, or a record",),
    ),
)
"""Findings about files as such."""

SCHEMA = (
    Code(
        "SCH001",
        "field-missing",
        "A required field is missing.",
        "Every field is always there, null or empty where there is nothing to say, so that nothing is left open by silence.",
        bad=(Patch("/metadata/section", remove=True),),
        good=(Patch("/metadata/section", None),),
    ),
    Code(
        "SCH002",
        "unknown-field",
        "A field is unknown.",
        "It is misspelt, in the wrong place, or of another program; what is your own goes into `extensions`.",
        bad=(Patch("/entities/0/wikidata", "Q23548"),),
        good=(Patch("/extensions", {"mine": {"wikidata": "Q23548"}}),),
    ),
    Code(
        "SCH003",
        "wrong-type",
        "A value is of the wrong type: text for a number, an object for a list, 3.0 for an offset.",
        "Programs that read the corpus rely on types; an offset with a fraction is none.",
        bad=(Patch("/times/0/start", "48"),),
        good=(Patch("/times/0/start", 48),),
    ),
    Code(
        "SCH004",
        "not-in-list",
        "A value is not in the closed list of its field.",
        "Labels outside the inventory (schemas/labels.json, schemas/event_types.json) can't be counted or compared.",
        bad=(Patch("/entities/0/type", "Organization"),),
        good=(Patch("/entities/0/type", "ORG"),),
    ),
    Code(
        "SCH005",
        "wrong-form",
        "A text is empty or has not the form that its field wants.",
        "Ids, dates, hashes, language tags and Wikidata items are read by programs, letter by letter.",
        bad=(Patch("/entities/0/id", "no spaces, please"),),
        good=(Patch("/extensions", {"mine": "any text"}),),
    ),
    Code(
        "SCH006",
        "out-of-range",
        "A number is smaller or larger than its field allows.",
        "Offsets count code points from 0.",
        bad=(Patch("/times/0/start", -1),),
        good=(Patch("/times/0/start", 48),),
    ),
    Code(
        "SCH007",
        "list-empty-or-repeating",
        "A list is empty that must not be, or lists something twice.",
        "An item without any mention or fragment marks nothing; a repetition says nothing more.",
        bad=(Patch("/quotes/0/fragments", []),),
        good=(Patch("/quotes/0/addressees", []),),
    ),
    Code(
        "SCH008",
        "other-schema-version",
        "The record is of another version of the schema.",
        "Fields change their meaning between versions; a record is read by the rules of its own.",
        bad=(Patch("/schema_version", "0.1.0"),),
        good=(Patch("/schema_version", "1.0.0"),),
    ),
)
"""Findings of the schema. Where there are any, the rules don't run: they may assume records of the right shape."""

CORPUS = (
    Code(
        "COR002",
        "raw-article-differs",
        "A record's raw article is missing from the corpus, or is not the record's text.",
        "The article as it was received is the evidence for every offset.",
        bad=("records/a.json names `a.txt` as its source file; raw/a.txt is another text",),
        good=("raw/a.txt is the record's text, byte for byte",),
    ),
)
"""Findings about the corpus that no rule yields."""

INGEST = (
    Code(
        "ING001",
        "no-article",
        "A file is no raw article.",
        "An article is plain text in UTF-8, with at least one character and no NUL; else offsets mean nothing.",
        bad=("an empty file, a PDF, a text in UTF-16",),
        good=("a text file in UTF-8",),
    ),
)
"""Findings of `onrecord ingest`."""

MARKS = (
    Code(
        "MRK002",
        "place-not-found",
        "The marks are of the wrong form, or quote words that stand nowhere in the article, or more than once.",
        "Marks are put where their words stand; a program that guessed would mark the wrong words.",
        bad=("“Leave [[Ann]] alone”, of an article without these words",),
        good=("“[[Ann]] left”, words that stand in the article once",),
    ),
)
"""Findings of `onrecord anchor`."""

LABEL_STUDIO = (
    Code(
        "LST001",
        "no-export",
        "The file is no Label Studio export, or its results are damaged.",
        "Only the JSON form holds everything; CSV and JSON_MIN leave relations and ids out.",
        bad=("a CSV export",),
        good=("the export “JSON”",),
    ),
    Code(
        "LST002",
        "task-not-ours",
        "A task was not made by onrecord, lacks an annotation, or what travels in its data is damaged.",
        "What Label Studio can't show travels in the task's data; without it, the record can't be made again.",
        bad=("a task that was made by hand",),
        good=("a task of `onrecord labelstudio export`, annotated and submitted",),
    ),
    Code(
        "LST003",
        "text-differs",
        "The task's text is not that which was exported, or a region's words do not stand at its offsets.",
        "All offsets are counted in the exported text.",
        bad=("a task whose text was edited",),
        good=("the task as it was exported",),
    ),
    Code(
        "LST004",
        "label-missing",
        "A region lacks its label or a required value, or has a label that the page does not know.",
        "An annotation that is half filled in makes no record.",
        bad=("a mention without its kind",),
        good=("a mention with a label and a kind",),
    ),
    Code(
        "LST005",
        "unknown-control",
        "A value belongs to a control that the page does not have, or to no region.",
        "It was made with another labelling configuration, and nobody knows what it means here.",
        bad=("a value of the control `sentiment`",),
        good=("values of the configuration that `onrecord labelstudio config` prints",),
    ),
    Code(
        "LST006",
        "wrong-relation",
        "A relation is unknown, has no label, leads nowhere, or joins what it can't join.",
        "Relations carry speakers, cues, and the pieces of discontinuous spans.",
        bad=("a cue to which no quote leads",),
        good=("a relation `cue` from the quote to its cue",),
    ),
    Code(
        "LST007",
        "line-without-id",
        "A line that should name an id names none.",
        "Lists of ids are written as lines of text, which Label Studio does not check.",
        bad=("the agency",),
        good=("e1",),
    ),
    Code(
        "LST008",
        "types-disagree",
        "Mentions of one entity, or of one event, have different types.",
        "An entity has one type; either a mention is mislabelled, or it belongs to another cluster.",
        bad=("Moscow (GPE) and the Kremlin (ORG) in one cluster",),
        good=("all mentions of a cluster with one label",),
    ),
    Code(
        "LST009",
        "several-annotations",
        "A task has several annotations; the newest is taken.",
        "If they are of several people, the others' work would be lost.",
        bad=("two annotations of one task",),
        good=("one annotation of a task",),
        severity="warning",
    ),
    Code(
        "LST010",
        "record-twice",
        "Several tasks are of one record.",
        "Each would overwrite the other's.",
        bad=("the same task imported into a project twice",),
        good=("one task of each record",),
    ),
    Code(
        "LST011",
        "everything-gone",
        "An annotation holds no region at all, though the record had marks.",
        "Mostly the page failed or everything was deleted by accident; the record would be emptied.",
        bad=("an annotation without regions, of a record with entities",),
        good=("at least one region",),
    ),
    Code(
        "LST012",
        "value-out-of-place",
        "A value or note stands at a region that can't have it, or contradicts a relation.",
        "It has no place in the record, and would be lost.",
        bad=("a note on a cue",),
        good=("a note on the quote",),
    ),
)
"""Findings of `onrecord labelstudio import`."""

TRANSFER = (
    Code(
        "LST020",
        "article-changed-since-push",
        "A task's text is not that of the corpus's record.",
        "The article was corrected after the record was pushed; offsets into the one text mean nothing in the other.",
        bad=("a task of the first version of an article, a record of its second",),
        good=("the task deleted and pushed again after the article was corrected",),
        since="0.2.0",
    ),
    Code(
        "LST021",
        "record-not-in-corpus",
        "A task is of a record that the corpus lacks.",
        "It was deleted here, or pushed from another corpus; nothing is written that nobody asked for.",
        bad=("a task of the record a, a corpus without it",),
        good=("the record in `records/`, or a pull with --new",),
        severity="warning",
        since="0.2.0",
    ),
    Code(
        "LST022",
        "draft-not-submitted",
        "Somebody's work on a task is a draft that was not submitted.",
        "Label Studio saves drafts by itself; only what was submitted is finished, and pulled.",
        bad=("marks made, then the page closed",),
        good=("marks made, then Submit or Update",),
        severity="warning",
        since="0.2.0",
    ),
    Code(
        "LST023",
        "task-skipped",
        "Somebody skipped a task.",
        "A skipped task holds no annotation to pull; the reason is known to whoever skipped it.",
        bad=("the button Skip",),
        good=("the button Submit",),
        severity="info",
        since="0.2.0",
    ),
    Code(
        "LST024",
        "changed-on-both-sides",
        "An item was changed in the corpus and, differently, in Label Studio.",
        "Whichever were written would undo somebody's work; both stay as they are until a person decides.",
        bad=("an entity renamed in the file, and otherwise in the browser",),
        good=("different items changed on the two sides, which is merged if the result is valid",),
        since="0.2.0",
    ),
)
"""Findings of `onrecord labelstudio pull` and `status`."""

MIGRATE = (
    Code(
        "MIG001",
        "no-way-to-this-schema",
        "A record can't be brought to this version of the schema.",
        "It does not say of which version it is, no steps lead on from there, or it was no sound record of its version.",
        bad=("a record without `schema_version`",),
        good=("a record of an older version, valid by that version's rules",),
        since="0.2.0",
    ),
    Code(
        "MIG002",
        "newer-schema",
        "A record is of a newer version of the schema than this program knows.",
        "What is new in it would be lost.",
        bad=("a record that a later onrecord wrote",),
        good=("a record of this version or an older one",),
        since="0.2.0",
    ),
    Code(
        "MIG003",
        "migration-unproven",
        "The annotation could not be carried over to the new text; nothing was written.",
        "A migration is checked before it is written: what it kept must stand in the new text as it stood in the old.",
        bad=("a record whose spans don't match its own text",),
        good=("a valid record, and the article's new text",),
        since="0.2.0",
    ),
)
"""Findings of `onrecord migrate`."""

CODES = {c.code: c for c in (*FILES, *SCHEMA, *CORPUS, *INGEST, *MARKS, *LABEL_STUDIO, *TRANSFER, *MIGRATE)}
"""Every code that no rule yields."""
