"""Findings about files (FIL), the schema (SCH), raw articles and quoted words (ING, MRK), and moved annotation (MIG)."""

from ..finding import Patch
from .base import Code

FILES = (
    Code(
        "FIL001",
        "unreadable",
        "A file or folder can't be read.",
        "It is missing, misnamed or damaged, or its permissions forbid reading; its content was not checked.",
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
        "A file is not JSON.",
        "It was cut off, edited by hand, or written by a program that adds what JSON forbids: comments, trailing commas, NaN.",
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
        "An object has the same key twice.",
        "Programs keep one of the two values, and not all of them the same one.",
        bad=('{"id": "a", "id": "b"}',),
        good=('{"id": "a"}',),
    ),
    Code(
        "FIL006",
        "no-record",
        "A folder, or a file of many records, holds none.",
        "Without this error a check that looks at nothing would pass. Usually it is the wrong folder.",
        bad=("an empty folder",),
        good=("a corpus, a folder of records, or a record",),
    ),
    Code(
        "FIL007",
        "outside-the-corpus",
        "A file of a corpus is a link that leads out of it, or into a hidden folder.",
        "A corpus may come from a stranger, for example in a pull request. Its links could lead to keys or passwords, which would be read, shown and published.",
        bad=("LICENSE.md, a link to /proc/self/environ", "records/a.json, a link to ../../.git/config"),
        good=(
            "LICENSE.md itself",
            "a link into .git/annex/objects or .dvc/cache",
            "a link into a folder named with --allow-root",
        ),
        since="0.2.0",
    ),
    Code(
        "FIL008",
        "name-leads-out",
        "A name in the data can't be used as the name of a file here.",
        "It is a path on another machine, leads out of its folder, or is hidden. Whoever made the data could otherwise choose which file is overwritten.",
        bad=("../../etc/passwd", "/home/jo/a.txt", ".git/config", "a name with a line break"),
        good=("a.txt", "2026/a.txt"),
        since="0.2.0",
    ),
    Code(
        "FIL009",
        "over-a-limit",
        "A file, a record or a part of one is larger than a limit.",
        "A few compressed bytes can stand for gigabytes. The limits are generous; the message names the limit, and the environment variable that raises it.",
        bad=("an array of a million numbers", "32 KB of .zst that hold 2 GB"),
        good=("a record of 64 MB",),
        since="0.2.0",
    ),
    Code(
        "FIL015",
        "written-twice",
        "One run would write two things to the same file.",
        "The second would overwrite the first.",
        bad=("two tasks with different texts and the same `source_file`",),
        good=("two tasks of one article",),
        since="0.2.0",
    ),
    Code(
        "FIL010",
        "corpus-toml-unreadable",
        "corpus.toml can't be read as TOML.",
        "It says what the corpus is, which version it has and which guidelines it follows; without it none of that is checked.",
        bad=("title = unquoted words", "a file in Latin-1", "a folder of that name"),
        good=('title = "words in quotation marks"',),
        since="0.2.0",
    ),
    Code(
        "FIL011",
        "corpus-toml-field",
        "A field of corpus.toml is missing, unknown, or of the wrong kind.",
        "A misspelt field would otherwise be missing from the card without notice.",
        bad=('titel = "News"', "version = 1.0", "authors = 'Jo'"),
        good=('title = "News"', 'version = "1.0.0"', 'authors = ["Jo"]'),
        since="0.2.0",
    ),
    Code(
        "FIL020",
        "more-findings",
        "A rule finds more in one file than anybody would read.",
        "The first thousand findings of each code in a file are reported; usually all have the same cause. `--all-findings` reports the rest.",
        bad=("a thousand and one spans that begin with a space",),
        severity="info",
        since="0.2.0",
    ),
)
"""Findings about files as such."""

SCHEMA = (
    Code(
        "SCH001",
        "field-missing",
        "A required field is missing.",
        "Every field is always present, null or empty where there is nothing to say. A missing field would leave open whether anybody looked.",
        bad=(Patch("/metadata/section", remove=True),),
        good=(Patch("/metadata/section", None),),
    ),
    Code(
        "SCH002",
        "unknown-field",
        "The record has a field that the schema does not know.",
        "It is misspelt, in the wrong place, or belongs to another program. Put fields of your own into `extensions`.",
        bad=(Patch("/entities/0/wikidata", "Q23548"),),
        good=(Patch("/extensions", {"mine": {"entities": [{"wikidata": "Q23548"}]}}),),
    ),
    Code(
        "SCH003",
        "wrong-type",
        "A value is of the wrong type: text for a number, an object for a list, 3.0 for an offset.",
        "Programs that read the corpus rely on types; an offset is a whole number.",
        bad=(Patch("/times/0/start", "48"),),
        good=(Patch("/times/0/start", 45), Patch("/times/0/text", "on Tuesday")),
    ),
    Code(
        "SCH004",
        "not-in-list",
        "A value is not in the closed list of its field.",
        "Labels outside the inventory (schemas/labels.json, schemas/event_types.json) can't be counted or compared.",
        bad=(Patch("/entities/0/type", "Organization"),),
        good=(Patch("/entities/2/type", "ORG"),),
    ),
    Code(
        "SCH005",
        "wrong-form",
        "A text is empty, or does not have the form that its field requires.",
        "Programs read ids, dates, hashes, language tags and Wikidata ids letter by letter.",
        bad=(Patch("/segments/0/id", "no spaces, please"),),
        good=(Patch("/segments/0/id", "no-spaces.please:1"),),
    ),
    Code(
        "SCH006",
        "out-of-range",
        "A number is smaller or larger than its field allows.",
        "Offsets count code points from 0.",
        bad=(Patch("/segments/1/start", -1),),
        good=(Patch("/segments/1/start", 0),),
    ),
    Code(
        "SCH007",
        "list-empty-or-repeating",
        "A list that must not be empty is empty, or a list holds something twice.",
        "An item without a mention or fragment marks nothing; a repeated entry adds nothing.",
        bad=(Patch("/quotes/0/fragments", []),),
        good=(Patch("/quotes/1/fragments", [{"start": 135, "end": 157, "text": "“We will fly in 2028,”"}]),),
    ),
    Code(
        "SCH008",
        "other-schema-version",
        "The record is of another version of the schema.",
        "Fields change their meaning between versions, so a record is read by the rules of its own version.",
        bad=(Patch("/schema_version", "0.1.0"),),
        good=(Patch("/schema_version", "1.0.0"),),
    ),
)
"""Findings of the schema. Where there are any, the rules don't run: they may assume records of the right shape."""

CORPUS = (
    Code(
        "COR002",
        "raw-article-differs",
        "A record's raw article is missing from the corpus, or differs from the record's text.",
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
        "A file can't be taken as a raw article.",
        "An article is plain text in UTF-8, with at least one character and no NUL; otherwise offsets mean nothing.",
        bad=("an empty file, a PDF, a text in UTF-16",),
        good=("a text file in UTF-8",),
    ),
)
"""Findings of `onrecord ingest`."""

MARKS = (
    Code(
        "MRK002",
        "place-not-found",
        "Marks are malformed, or quote words that stand nowhere in the article, or more than once.",
        "Marks are placed where their words stand; a program that guessed would mark the wrong words.",
        bad=("“Leave [[Ann]] alone”, for an article without these words",),
        good=("“[[Ann]] left”, words that stand in the article once",),
    ),
)
"""Findings of `onrecord anchor`."""

MIGRATE = (
    Code(
        "MIG001",
        "no-way-to-this-schema",
        "A record can't be brought to this version of the schema.",
        "It does not say which version it has, no migration leads on from that version, or it was not a valid record of it.",
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
