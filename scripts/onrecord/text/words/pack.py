"""The word lists of a language: what each holds, and how it is written in the files of `text/words/LANGUAGE/`.

A language is a folder of TOML files; how the lists are spread over them is free. Every list is optional: a rule names
those that it needs, and is off in a language that lacks one. How a field is written follows from its type:

- `frozenset[str]`, words: `titles = "Mr Mrs Dr"`, separated by white space, in any number of lines. An entry of several
  words has `_` in place of its spaces (`new_delhi`). `@NAME` takes in all words of another such list.
- `tuple[str, ...]`, words in order, or beginnings or endings of words: written like words.
- `dict[str, int]` and `dict[str, str]`, words with a meaning: a table, meaning = words, as `[months]` with
  `1 = "january jan"`. A word has one meaning.
- `dict[str, frozenset[str]]`, words by key: a table, key = words.
- `re.Pattern[str]`: a pattern of Python's `re`, in '''…'''; only where words don't do.
- `bool`: `true` or `false`.

Words are in lower case where nothing else is said, in every inflected form that counts, and with the typographic and
the plain apostrophe (`’`, `'`) where they have one.
"""

import re
from functools import cached_property

from msgspec import Struct

Words = frozenset[str]
_NO_WORDS: Words = frozenset()


class Pack(Struct, frozen=True, eq=False, dict=True):
    """The word lists of a language; those that its files don't have are empty. Compared, and hashed, by identity."""

    # -- times

    months: dict[str, int] = {}
    """Month → its number; the full name first, then abbreviations without their full stop."""
    weekdays: dict[str, int] = {}
    """Weekday → its number in ISO 8601 (Monday is 1); the full name first."""
    calendar_capitals: bool = False
    """Whether months and weekdays are written with a capital, so that “may” is none."""
    seasons: Words = _NO_WORDS
    """Names of seasons that a time may be."""
    day_parts: Words = _NO_WORDS
    """Parts of a day or a week that a time may be: morning, weekend."""
    night: Words = _NO_WORDS
    """A date with one of these may mean the day after."""
    weekday_company: Words = _NO_WORDS
    """Words beside which a weekday is still a bare one: “this Thursday morning”."""
    relative_days: dict[str, int] = {}
    """Word → how many days from the day of writing: today 0, yesterday -1."""
    relative_nights: Words = _NO_WORDS
    """Those of the relative days that may reach into the day after: tonight."""
    units: dict[str, str] = {}
    """Unit of time → its letters in a TIMEX3 duration, T before those of the clock (TS, TM, TH, D, W, M, Y, DE, CE)."""
    unit_plurals: Words = _NO_WORDS
    """Those of the units that are several: “last years” names no year."""
    numbers: dict[str, int] = {}
    """Number word → number, articles that count as one included."""
    indefinite_articles: Words = _NO_WORDS
    """Those of the number words that are articles: they alone state no number."""
    definite_articles: Words = _NO_WORDS
    """With one, “the next week” is reckoned from the story, not from the writing."""
    thousands: str = ","
    """What parts the thousands of a number in figures: 12,000."""
    larger_numbers: Words = _NO_WORDS
    """Words that make a count of more than its one number: hundred, half, to."""
    clock_words: Words = _NO_WORDS
    """Words after four digits that are a time of day, no year: 1500 hours."""
    decade_endings: Words = _NO_WORDS
    """What makes a decade of a year when it follows at once: 1990s."""
    ordinal_endings: tuple[str, ...] = ()
    """What may follow the number of a day: 3rd; a full stop, too."""
    of: Words = _NO_WORDS
    """Words that join a time to that of which it is a part: the last month of 2020."""
    whole_years: Words = _NO_WORDS
    """Words with which a month may belong to a year as a whole: the year to March."""
    year_openers: Words = _NO_WORDS
    """What may stand before a bare year and adds nothing: the year 2018."""
    looking_back: Words = _NO_WORDS
    """Words of a time that put it before the moment of writing: last, ago, yesterday."""
    looking_ahead: Words = _NO_WORDS
    """Words of a time that put it after the moment of writing: next, tomorrow."""
    reckoning: Words = _NO_WORDS
    """In a time, a date beside one of these may be another than the time's own: the year before 2018."""
    which: dict[str, int] = {}
    """Word before a unit → how many units on: last month -1, this year 0, the following week 1."""
    ways: dict[str, int] = {}
    """Word after a number and a unit → direction: two days ago -1, two days later 1."""
    ways_before: dict[str, int] = {}
    """Word before a number and a unit → direction: German “vor zwei Tagen” -1."""
    step_openers: Words = _NO_WORDS
    """What may stand before the words of `which` or a number, and adds nothing: the last month."""
    within_units: Words = _NO_WORDS
    """Words that tell the part of a unit: early last month."""
    vague_days: Words = _NO_WORDS
    """Those of `which` that say nothing of a day: last day, this day."""
    before_anchor: Words = _NO_WORDS
    """Words of a time that lies before that from which it is reckoned: earlier, previous."""
    after_anchor: Words = _NO_WORDS
    """Words of a time that lies after that from which it is reckoned: later, following."""
    coming: Words = _NO_WORDS
    """Words of what is to come, without a date: soon."""
    gone: Words = _NO_WORDS
    """Words of what is past, without a date: recently."""
    later: Words = _NO_WORDS
    """Words that look ahead from the writing only beside one of `this`: later this week."""
    this: Words = _NO_WORDS
    """See `later`."""
    before_or_after: Words = _NO_WORDS
    """Words that tie a vague time to something else: soon after the vote."""
    approximate: Words = _NO_WORDS
    """Words that make a time inexact where it begins with them: about."""
    approximate_numbers: Words = _NO_WORDS
    """Such words that do so only before a number: some 20 years."""
    modifiers: dict[str, str] = {}
    """One or two words with which a length of time begins → its mod: at_least, up_to."""
    mod_words: dict[str, Words] = {}
    """mod → words of which one stands in a time that has it, or among the three before; all twelve mods."""
    time_prepositions: Words = _NO_WORDS
    """With which no time is marked: on Thursday; not those that change what it means."""
    range_prepositions: Words = _NO_WORDS
    """Those that belong to a time which also has one of `range_words`: from May to June."""
    range_words: Words = _NO_WORDS
    """What stands between the two ends of a stretch of time: to, until."""
    hence_prepositions: Words = _NO_WORDS
    """Those that belong to a time which also has a unit: in two days."""

    # -- pronouns

    pronouns: Words = _NO_WORDS
    """Words that may be a pronoun as a whole mention: personal, demonstrative, relative, indefinite."""
    personal_pronouns: Words = _NO_WORDS
    """Those that are nearly never a name or a noun phrase by themselves: he, hers, it, us."""
    human_pronouns: Words = _NO_WORDS
    """Third-person pronouns said of people alone; none that grammatical gender gives to things."""
    feminine_pronouns: Words = _NO_WORDS
    """Those of the human ones that are said of countries and ships, too."""
    thing_pronouns: Words = _NO_WORDS
    """Said of things, and of no person: it."""
    speaker_pronouns: Words = _NO_WORDS
    """First and second person: people, and bodies that speak."""
    first_singular: Words = _NO_WORDS
    """I, me, my."""
    singular_pronouns: Words = _NO_WORDS
    """Third person singular: stands for somebody or something that the article names elsewhere."""
    plural_pronouns: Words = _NO_WORDS
    """They, we and their like; none that may be one person."""
    owed_pronouns: Words = _NO_WORDS
    """Pronouns that stand for somebody or something nearly wherever they stand, so that each is a mention."""
    pronoun_places: re.Pattern[str] | None = None
    """Where a word of `owed_pronouns` is that pronoun (upper and lower case); “US” and “Elizabeth I” are none."""
    opening_pronouns: Words = _NO_WORDS
    """Pronouns that leave a sentence unclear when it opens with them."""

    # -- names

    articles: Words = _NO_WORDS
    """Definite and indefinite articles, as they are written within a sentence and at its beginning."""
    bare_articles: Words = _NO_WORDS
    """Those of the articles, as they are written, that are no mention by themselves; none that is a pronoun, too."""
    nominal_openers: Words = _NO_WORDS
    """Determiners with which a phrase in lower case begins that is no name."""
    possessive_endings: tuple[str, ...] = ()
    """What is put to a name in the possessive with an apostrophe, and belongs to no mention."""
    abbreviations: Words = _NO_WORDS
    """What keeps its full stop; without it."""
    vowels: Words = _NO_WORDS
    """Letters; a word without any of them is an abbreviation."""
    titles: Words = _NO_WORDS
    """Words before a person's name, as they are written: Senator, Mr."""
    genitive_endings: tuple[str, ...] = ()
    """Endings of a name that owns what stands before it, as German “Präsident Frankreichs”: the title is not its own."""
    bodies: Words = _NO_WORDS
    """Words with which the name of a body ends, as they are written: Inc, University."""
    body_endings: tuple[str, ...] = ()
    """Endings of a last word that is a body's: German “ministerium”."""
    demonyms: Words = _NO_WORDS
    """Adjectives of places, as they are written, that the endings don't tell: Greek."""
    demonym_endings: tuple[str, ...] = ()
    """Endings of adjectives of places; no name of a place has them."""
    small_demonyms: bool = False
    """Whether adjectives of places are written small, as German “russische”."""
    capitals: Words = _NO_WORDS
    """Capitals whose names stand for a government; not those that are a country's name, too."""
    and_words: Words = _NO_WORDS
    """What joins names: A and B."""

    # -- quotes

    saying: Words = _NO_WORDS
    """Verb forms that report speech and nothing else."""
    saying_particles: dict[str, Words] = {}
    """Separable particle → verb forms that report speech only where it closes their clause: mit = “teilte teilten”."""
    bare_saying: Words = _NO_WORDS
    """Those of `saying` that report also without a complementiser: X said it will."""
    thinking: Words = _NO_WORDS
    """Verb forms that report thought."""
    auxiliaries: Words = _NO_WORDS
    """Verb forms that are no part of a cue: has said."""
    perfect_auxiliaries: Words = _NO_WORDS
    """Those that may stand between a name and its reporting verb."""
    no_cues: Words = _NO_WORDS
    """Words that report nothing by themselves."""
    complementisers: Words = _NO_WORDS
    """Words that open a reported clause and belong to neither cue nor content: that."""
    pointing_complementisers: Words = _NO_WORDS
    """Those of them that may also point at something, unless one of `clause_openers` or a capital follows."""
    clause_openers: Words = _NO_WORDS
    """Words with which a reported clause begins after a complementiser: pronouns, articles, conjunctions."""
    clause_comma: bool = False
    """Whether a comma stands before a complementiser: German “sagte, dass”."""
    yet_to_say: Words = _NO_WORDS
    """Words shortly before a cue that tell of what is yet to be said: will, expected."""
    yet_to_say_endings: tuple[str, ...] = ()
    """Endings of a cue that needn't have been said when the article appeared: calling."""
    contractions: dict[str, str] = {}
    """Ending → the word that it stands for: ’ll = will."""
    opening_marks: str = ""
    """The double quotation marks that open, in this language's usage."""
    closing_marks: str = ""
    """The double quotation marks that close."""

    # -- claims, events

    negations: Words = _NO_WORDS
    """Words that negate a sentence."""
    negation_endings: tuple[str, ...] = ()
    """Endings that do: n’t."""
    not_denied: Words = _NO_WORDS
    """Phrases with a negation that deny nothing: not_only, no_doubt."""
    negation_needles: tuple[str, ...] = ()
    """Strings, `_` for a space, of which nearly every negated text has one; where a claim's sentence and its words both
    have one, or neither has, they are not compared."""
    denying: tuple[str, ...] = ()
    """Beginnings of words that deny, refuse or fail."""
    opposites: tuple[str, ...] = ()
    """More beginnings of words that do without a negation what others do with one: unable, lost."""
    undecided: Words = _NO_WORDS
    """Words of whoever takes no side: comment, whether, unclear."""
    to_come: Words = _NO_WORDS
    """Words of a sentence about the future; without one it is no prediction."""
    future_auxiliaries: Words = _NO_WORDS
    """Verb forms that put a sentence in the future and have no other use as verbs: will."""
    noun_openers: Words = _NO_WORDS
    """After one of these, a future auxiliary is a noun: the will."""
    noun_neighbours: Words = _NO_WORDS
    """The same in the article's text, where more may stand before it: political will."""
    future_endings: tuple[str, ...] = ()
    """How the text before a verb ends (without the last space) that is put in the future: will, we’ll."""
    subordinators: Words = _NO_WORDS
    """Words that open a subordinate clause."""
    function_words: Words = _NO_WORDS
    """Words of four letters or more that say little by themselves."""
    legal_openings: tuple[str, ...] = ()
    """Beginnings of sentences that are clear by themselves, though they begin with a pronoun: Those_who."""
    expletive: re.Pattern[str] | None = None
    """A sentence whose first pronoun stands for nothing earlier: It would be wise to …"""
    negators: tuple[str, ...] = ()
    """Words and endings that deny what follows them, as they are written."""
    negator_heads: tuple[str, ...] = ()
    """What a negator may be written together with, and still denies: can(not)."""
    alternatives: Words = _NO_WORDS
    """Before one of these and a negator nothing is denied: or not."""
    under_negation: Words = _NO_WORDS
    """Words between a negator and what it denies."""
    adverb_endings: tuple[str, ...] = ()
    """Endings of adverbs, which may stand there, too: -ly."""
    half_negations: Words = _NO_WORDS
    """Adverbs that take the negation upon themselves: what is “not only” done is done."""
    never_triggers: Words = _NO_WORDS
    """Words that name nothing that happens."""

    # -- articles

    related_links: Words = _NO_WORDS
    """What opens a link to another article, before a colon or dash: read_also."""
    capital_nouns: bool = False
    """Whether all nouns are written with a capital, so that a row of capitals is no name: “Landgericht Wien”."""
    byline_openers: Words = _NO_WORDS
    """What stands before the authors' names: by."""
    byline_joiners: Words = _NO_WORDS
    """What joins them: and."""
    captions: Words = _NO_WORDS
    """What opens a caption, before a colon, a slash or ©: file_photo."""
    credits: Words = _NO_WORDS
    """What opens the credit of a picture, before a name: photo_by."""
    common: tuple[str, ...] = ()
    """The commonest words of news, the most telling first; by them the language of an article is told."""

    @cached_property
    def negated(self) -> re.Pattern[str]:
        """A negation in text in lower case; several times as fast as `negation`. It finds nothing without `negations`."""
        endings = "".join(rf"|{re.escape(ending)}\b" for ending in self.negation_endings)
        return re.compile(rf"\b(?:{any_of(self.negations)})\b{endings}" if self.negations else "(?!)")

    @cached_property
    def negation(self) -> re.Pattern[str]:
        """A negation in text of either case."""
        endings = "".join(rf"|[a-z]+{re.escape(ending)}" for ending in self.negation_endings)
        return re.compile(rf"(?i)\b(?:{any_of(self.negations)}{endings})\b" if self.negations else "(?!)")

    @cached_property
    def without_denial(self) -> re.Pattern[str]:
        """A phrase with a negation that denies nothing, in text in lower case."""
        return re.compile(rf"\b(?:{any_of(self.not_denied)})\b" if self.not_denied else "(?!)")


def any_of(words: frozenset[str] | tuple[str, ...]) -> str:
    """A pattern of any of some words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


NOTHING = Pack()
"""The pack of a language of which nothing is known."""
