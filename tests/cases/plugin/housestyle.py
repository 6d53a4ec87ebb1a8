"""A house style, as rules for onrecord."""

from collections.abc import Iterator

from onrecord import Document, Patch, Place, Problem, rule


@rule("HSE001", "licence-by-name", severity="warning", since="1.0.0")
def licence_by_name(doc: Document) -> Iterator[Problem]:
    """The rights in a text are said as a licence's address.

    Lists of licences are made of their names; an address stands in none.

    Bad: /metadata/rights = "https://creativecommons.org/licenses/by/4.0/"
    Good: /metadata/rights = "CC-BY-4.0"
    """
    if doc.record.metadata.rights.startswith("http"):
        yield Problem(
            pointer="/metadata/rights",
            message=f"the rights are an address: {doc.record.metadata.rights}",
            fix="write the licence's SPDX name",
        )


@rule("HSE002", "shouted-note", severity="info", since="1.2.0", fixable=True)
def shouted_note(doc: Document) -> Iterator[Problem]:
    """A note of a quote is written in capitals.

    Capitals are no emphasis, and hard to read.

    Bad: /quotes/0/note = "UNCLEAR"
    Good: /quotes/0/note = "Unclear"
    """
    for i, quote in enumerate(doc.record.quotes):
        if isinstance(quote.note, str) and quote.note.isupper():
            yield Problem(
                pointer=f"/quotes/{i}/note",
                message=f"the note {quote.note!r} is all capitals",
                fix="write it in small letters",
                related=(Place("it is about this quote", f"/quotes/{i}"),),
                edits=(Patch(f"/quotes/{i}/note", quote.note.capitalize()),),
            )


RULES = (licence_by_name, shouted_note)
