"""Rules about mentions, names and cues: what they find, and what only looks like it."""

from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from helpers import EXAMPLE
from onrecord.checking.rules import RULES, Document
from onrecord.checking.rules.entities.mention_shapes import edge_fault
from onrecord.findings.finding import Problem
from onrecord.model.record import Claim, Entity, Quote, Record
from onrecord.text.words import assumed

BLANK = replace(convert(EXAMPLE, Record), entities=(), times=(), quotes=(), claims=(), events=())
CHECKS = {r.code: r.check for r in RULES}
PACK = assumed("en")


def entity(id: str, name: str, *mentions: tuple[int, str, str], **fields: Any) -> Entity:
    """An entity; its mentions are (start, words, kind), a kind with `!` is metonymic, with `?` a demonym."""
    made = [
        {
            "id": f"{id}m{n}",
            "start": start,
            "end": start + len(words),
            "text": words,
            "kind": kind.rstrip("!?"),
            "metonymic": "!" in kind,
            "demonym": "?" in kind,
        }
        for n, (start, words, kind) in enumerate(mentions)
    ]
    link = {"status": "not_attempted", "wikidata": None}
    return convert(
        {"id": id, "type": "PERSON", "name": name, "link": link, "members": [], "mentions": made, **fields}, Entity
    )


def quote(id: str, text: str, words: str, speaker: str | None, **fields: Any) -> Quote:
    start = text.index(words)
    whole = {
        "id": id, "kind": "direct", "fragments": [{"start": start, "end": start + len(words), "text": words}], "verbatim": [], "cue": None,
        "speaker": speaker, "speaker_mention": None, "addressees": [], "parent": None, "attribution": "speech", "time": None, "setting": None,
    }  # fmt: skip
    return convert({**whole, **fields}, Quote)


def found(code: str, text: str, *entities: Entity, **layers: Any) -> list[Problem]:
    return list(CHECKS[code](Document(replace(BLANK, text=text, entities=entities, **layers))))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Trump,", "ends with “,”"),
        (", Trump", "begins with “,”"),
        ("– Trump", "begins with “–”"),
        ("Putin.", "ends with a full stop"),
        ("the president.", "ends with a full stop"),
        ("Who?", "ends with “?”"),
        ("“Trump", "begins with ““”, but does not close it"),
        ("Trump”", "ends with “””, but does not open it"),
        ("(Trump", "begins with “(”, but does not close it"),
        ("Trump)", "ends with “)”, but does not open it"),
        (")Trump", "begins with “)”"),
        ("Trump's", "ends with the possessive “'s”"),
        ("Trump’s", "ends with the possessive “’s”"),
        ("the", "is an article without its noun"),
        ("…", "holds no letter or digit"),
    ],
)
def test_edges_that_are_wrong(words: str, why: str) -> None:
    assert edge_fault(words, "Donald Trump", PACK) == why


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("U.S.", "United States"),
        ("Apple Inc.", "Apple"),
        ("Trump Jr.", "Donald Trump Jr"),
        ("Mr.", "Donald Trump"),
        ("John F.", "John F. Kennedy"),
        ("Yahoo!", "Yahoo!"),
        ("McDonald’s", "McDonald’s"),
        ("the McDonald's", "a McDonald's"),
        ("the “magic wand”", "wand"),
        ("“The Apprentice”", "The Apprentice"),
        ("G-20 (Osaka)", "G-20"),
        ("’90s kids", "kids"),
        (".NET", "the framework"),
        ("-5", "the fifth"),
        ("the $5", "money"),
        ("Disney+", "Disney"),
        ("!!!", "!!!"),
        ("The", "The The"),
        ("漢字", "x"),
    ],
)
def test_edges_that_are_right(words: str, name: str) -> None:
    assert edge_fault(words, name, PACK) is None


def test_other_languages_have_other_stops_and_articles() -> None:
    assert edge_fault("foto's", "x") is None
    assert edge_fault("Abk.", "x") is None
    assert edge_fault("it's", "x", PACK, pronoun=True) is None
    assert edge_fault("Trump,", "x")


def test_the_rarer_of_two_ways_is_the_doubtful_one() -> None:
    text = "Moscow Moscow Moscow"
    ways = [(0, "Moscow", "name!"), (7, "Moscow", "name"), (14, "Moscow", "name!")]
    (problem,) = found("ENT018", text, entity("e1", "Kremlin", *ways, type="ORG"))
    assert problem.pointer == "/entities/0/mentions/1"
    assert (
        problem.message
        == "'Moscow' is marked here as name, but elsewhere, for the same 'Kremlin', as name and metonymic"
    )
    assert problem.related[0].pointer == "/entities/0/mentions/0"
    city, state = entity("e1", "Moscow", ways[1]), entity("e2", "Kremlin", ways[0])
    assert not found("ENT018", text, city, state)


TEXT = "Vladimir Putin met Donald Trump. Putin Putin Trump"
PUTIN = ("e1", "Vladimir Putin", (0, "Vladimir Putin", "name"))
TRUMP = ("e2", "Donald Trump", (19, "Donald Trump", "name"))


@pytest.mark.parametrize(
    ("one", "two", "count"),
    [
        (PUTIN, (*TRUMP, (33, "Putin", "name")), 1),
        ((*PUTIN, (39, "Putin", "name")), (*TRUMP, (33, "Putin", "name")), 1),
        ((*PUTIN, (33, "Putin", "name")), (*TRUMP, (45, "Trump", "name")), 0),
        (("e1", "Vladimir Trump", (0, "Vladimir Putin", "name")), (*TRUMP, (45, "Trump", "name")), 0),
        (PUTIN, ("e2", "Ludmila Putin", (33, "Putin", "name")), 0),
        (PUTIN, (*TRUMP, (33, "Putin", "nominal")), 0),
        (PUTIN, (*TRUMP, (33, "Putin", "name?")), 0),
    ],
)
def test_names_in_the_wrong_cluster(one: Any, two: Any, count: int) -> None:
    problems = found("ENT019", TEXT, entity(*one), entity(*two))
    assert [p.pointer for p in problems] == ["/entities/1/mentions/1"] * count
    assert [p.related[0].pointer for p in problems] == [
        "/entities/0/mentions/1" if len(one) > 3 else "/entities/0/mentions/0" for _ in problems
    ]


def test_names_of_other_types_and_of_groups_pass() -> None:
    strange = (*TRUMP, (33, "Putin", "name"))
    assert not found("ENT019", TEXT, entity(*PUTIN, type="WORK"), entity(*strange))
    assert not found("ENT019", TEXT, entity(*PUTIN, members=["e2"]), entity(*strange))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("X. He said that he’s here.", ["He", "he"]),
        ("X. “I’ll go,” they told her; our men know us.", ["I", "they", "her", "our", "us"]),
        ("X. It is that which you and one had of mine.", []),
        ("X. The US and Elizabeth I of England, World War I, i.e. the theme.", []),
        ("X. Sheila hers elf.", ["hers"]),
    ],
)
def test_unmarked_pronouns(text: str, words: list[str]) -> None:
    problems = found("ENT020", text, entity("e1", "X", (0, "X", "name")))
    assert [text[slice(*p.span or ())] for p in problems] == words


def test_many_unmarked_pronouns_are_one_finding() -> None:
    x = entity("e1", "X", (0, "X", "name"))
    (problem,) = found("ENT020", "X" + " he" * 11, x)
    assert problem.message == "11 personal pronouns are not marked"
    assert problem.related[0].span == (5, 7)
    assert not found("ENT020", "X he", annotation=replace(BLANK.annotation))  # nothing is annotated at all
    assert not found("ENT020", "X he", x, annotation=replace(BLANK.annotation, status="draft"))


SAID = "“I won. He said, ‘I lost,’” they said: “my” day"


@pytest.mark.parametrize(
    ("at", "owner", "quotes", "count"),
    [
        (1, "e2", [("q1", SAID[:27], "e1")], 1),
        (1, "e1", [("q1", SAID[:27], "e1")], 0),
        (1, "e2", [("q1", SAID[:27], None)], 0),
        (1, "e2", [("q1", SAID[:27], "e3")], 0),
        (1, "e2", [("q1", SAID[:27], "gone")], 0),
        (18, "e2", [("q1", SAID[:27], "e1"), ("q2", "‘I lost,’", "e2")], 0),
        (18, "e1", [("q1", SAID[:27], "e1"), ("q2", "‘I lost,’", "e2")], 1),
        (1, "e2", [("q1", SAID[:27], "e1", {"kind": "indirect"})], 0),
        (
            40,
            "e2",
            [("q1", "“my” day", "e1", {"kind": "mixed", "verbatim": [{"start": 39, "end": 43, "text": "“my”"}]})],
            1,
        ),
        (40, "e2", [("q1", "“my” day", "e1", {"kind": "mixed"})], 0),
    ],
)
def test_first_person(at: int, owner: str, quotes: list[Any], count: int) -> None:
    mention = (at, SAID[at:].split()[0].strip("”"), "pronoun")
    people = [entity(id, id, *[mention] * (id == owner)) for id in ("e1", "e2")]
    group = entity("e3", "both", members=["e1", "e2"])
    said = tuple(quote(q[0], SAID, q[1], q[2], **(q[3] if len(q) > 3 else {})) for q in quotes)
    assert len(found("ENT021", SAID, *people, group, quotes=said)) == count


@pytest.mark.parametrize(
    ("said", "fields", "count"),
    [
        (["They", "them"], {}, 1),
        (["We", "our"], {}, 1),
        (["They"], {}, 0),
        (["They", "he"], {}, 0),
        (["you", "your"], {}, 0),
        (["They", "them"], {"members": ["e2"]}, 0),
    ],
)
def test_only_plural_pronouns(said: list[str], fields: Any, count: int) -> None:
    places = [(5 * n, words, "pronoun") for n, words in enumerate(said)]
    assert len(found("ENT024", "x" * 20, entity("e1", "people", *places, **fields))) == count


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\xa0", "ENT006"),
        ("\u200b \ufeff", "ENT006"),
        ("\n", "ENT006"),
        ("he", "ENT006"),
        ("He", "ENT006"),
        (" Reuters", "ENT025"),
        ("Reuters\xa0", "ENT025"),
        ("Reu\nters", "ENT025"),
        ("Reu\x07ters", "ENT025"),
        ("\u202eReuters", "ENT025"),
        ("Reu\u200bters", "ENT025"),
        ("Reuters", None),
        ("100\xa0000 people", None),
        ("US", None),
        ("👩\u200d🚀 crew", None),
        ("نص\u200cن", None),
    ],
)
def test_names_to_be_shown(name: str, code: str | None) -> None:
    named = entity("e1", name, (0, "Reuters", "name"))
    assert [c for c in ("ENT006", "ENT025") if found(c, "Reuters", named)] == [code] * (code is not None)
    event = replace(convert(EXAMPLE, Record).events[0], name=name)
    events = [c for c in ("ENT006", "ENT025") if found(c, "Reuters", events=(event,))]
    assert events == [code] * (code is not None and name.lower() != "he")


@pytest.mark.parametrize(
    ("name", "words", "type_", "codes"),
    [
        ("It", "It", "WORK", []),
        ("it", "it", "WORK", ["ENT006", "ENT011"]),
        ("He", "He", "PERSON", ["ENT011"]),
        ("It (film)", "It", "WORK", ["ENT011"]),
        ("adidas", "adidas", "ORG", []),
        ("Adidas", "adidas", "ORG", ["ENT011"]),
        ("critics", "critics", "PERSON", ["ENT011"]),
    ],
)
def test_names_that_look_like_none(name: str, words: str, type_: str, codes: list[str]) -> None:
    named = entity("e1", name, (0, words, "name"), type=type_)
    assert [c for c in ("ENT006", "ENT011") if found(c, words, named)] == codes


@pytest.mark.parametrize(
    ("type_", "kind", "count"),
    [("ORG", "name!", 0), ("GPE", "name!", 1), ("OTHER", "name!", 1), ("ORG", "nominal!", 1), ("ORG", "name!?", 1)],
)
def test_metonyms(type_: str, kind: str, count: int) -> None:
    assert len(found("ENT013", "Moscow", entity("e1", "Kremlin", (0, "Moscow", kind), type=type_))) == count


CAPITAL = "Moscow said that Russia will win"


def test_capitals_that_act() -> None:
    city = entity("e1", "Moscow", (0, "Moscow", "name"), type="GPE")
    body, other = replace(city, type="ORG"), replace(city, name="Vladivostok")
    said = (quote("q1", CAPITAL, "Russia will win", "e1"),)
    (problem,) = found("ENT026", CAPITAL, city, quotes=said)
    assert problem.message == "'Moscow' (e1) is a city (GPE), but is the speaker of q1"
    assert not found("ENT026", CAPITAL, body, quotes=said)
    assert not found("ENT026", CAPITAL, city)
    heard = (quote("q1", CAPITAL, "Russia will win", None, addressees=[{"entity": "e1", "mention": None}]),)
    assert found("ENT026", CAPITAL, city, quotes=heard)[0].related[0].pointer == "/quotes/0/addressees/0/entity"
    claim: Claim = replace(convert(EXAMPLE, Record).claims[0], claimant="e1")
    assert found("ENT026", CAPITAL, city, claims=(claim,))[0].related[0].pointer == "/claims/0/claimant"
    assert found("ENT026", CAPITAL, other)[0].pointer == "/entities/0/mentions/0"


def test_capitals_of_two_names() -> None:
    text = "Kiev Kyiv Washington DC"
    assert not found("ENT026", text, entity("e1", "Kyiv", (0, "Kiev", "name"), (5, "Kyiv", "name"), type="GPE"))
    assert not found("ENT026", text, entity("e1", "Washington DC", (10, "Washington", "name"), type="GPE"))
    assert not found("ENT026", text, entity("e1", "Ukraine", (0, "Kiev", "nominal"), type="GPE"))


CUES = "Donald Trump stated on Thursday: his alleged friend’s proposals to win"


@pytest.mark.parametrize(
    ("cue", "message"),
    [
        ("Donald Trump stated", "includes the mention “Donald Trump” (e1m0)"),
        ("Trump", "is part of the mention “Donald Trump” (e1m0)"),
        ("Donald Trump", "is part of the mention “Donald Trump” (e1m0)"),
        ("stated on Thursday", "includes the time “Thursday” (t1)"),
        ("Thursday", "is part of the time “Thursday” (t1)"),
        ("his", "is part of the mention “his” (e1m1)"),
        ("friend’s proposals", "includes the mention “his alleged friend” (e2m0)"),
        ("stated", None),
        ("alleged", None),
        ("proposals", None),
        ("to", None),
    ],
)
def test_cues(cue: str, message: str | None) -> None:
    at = CUES.index("his")
    trump = entity("e1", "Donald Trump", (0, "Donald Trump", "name"), (at, "his", "pronoun"))
    friend = entity("e2", "friend", (at, "his alleged friend", "nominal"))
    time = replace(
        convert(EXAMPLE, Record).times[0],
        start=CUES.index("Thursday"),
        end=CUES.index("Thursday") + 8,
        text="Thursday",
    )
    start = CUES.index(cue)
    span = {"start": start, "end": start + len(cue), "text": cue}
    said = quote("q1", CUES, "win", "e1", kind="indirect", cue=span)
    problems = found("QUO030", CUES, trump, friend, times=(time,), quotes=(said,))
    assert [p.message for p in problems] == ([f"the cue “{cue}” of q1 {message}"] if message else [])


def test_one_cue_of_two() -> None:
    cue = {"start": 13, "end": 19, "text": "stated"}
    one = quote("q1", CUES, "win", "e1", cue=cue)
    people = entity("e1", "Donald Trump"), entity("e2", "friend")
    assert not found("QUO031", CUES, *people, quotes=(one, quote("q2", CUES, "to win", "e1", cue=cue)))
    (problem,) = found("QUO031", CUES, *people, quotes=(one, quote("q2", CUES, "to win", None, cue=cue)))
    assert problem.message == (
        "the cue “stated” of q2 (said by nobody in particular) is also that of q1 (said by “Donald Trump” (e1))"
    )


GERMAN = "Der Präsident sagte am Montag, dass die Regierung nicht mit der Opposition sprechen werde, und das sei auch von den Bürgern gewollt. "
FRENCH = "Le président a dit que les accords sont signés et que la France ne peut pas faire une exception pour des pays de la région. "
ENGLISH = "The president said on Monday that the government would not talk to the opposition, and that it was for the people to decide. "
DUTCH = "De president zei dat het kabinet niet met de oppositie van plan is te praten en dat een akkoord voor het land op komst is. "


@pytest.mark.parametrize(
    ("tag", "text", "language"),
    [
        ("en", GERMAN * 3, "de"),
        ("en-GB", FRENCH * 3, "fr"),
        ("de", ENGLISH * 3, "en"),
        ("fr", DUTCH * 3, "nl"),
        ("de", GERMAN * 3, None),
        ("fr-CA", FRENCH * 3, None),
        ("nl", DUTCH * 3, None),
        ("en", ENGLISH * 3, None),
        ("en", "Gold 1,300 Silber 1,200 Bronze 900 " * 9, None),
        ("en", ENGLISH * 3 + GERMAN, None),  # a quotation in another language
        ("cy", ENGLISH * 3, None),  # no words of Welsh are known here
        ("en", "", None),
    ],
)
def test_language_against_words(tag: str, text: str, language: str | None) -> None:
    metadata = replace(BLANK.metadata, language=tag)
    problems = found("MET018", text, metadata=metadata)
    assert [p.message.split("'")[-2] for p in problems] == [language] * (language is not None)


@pytest.mark.parametrize(
    ("text", "words", "cue"),
    [
        ("Ann said she would go. “No,” Bob noted.", "“No,”", "noted"),
        ("Ann said she would go. Bob remarked that he stays.", "he stays", "remarked"),
        ("Ann said she would go. Bob added: “No.”", "“No.”", "added"),
        ("Ann said she would go. “No,” said the tall man from next door.", "“No,”", "said"),
        ("Ann said she would go. “No.” Bob noted nothing.", "“No.”", None),  # another sentence, but for the mark
        ("Ann said she would go. “No.”\nBob said so.", "“No.”", None),
        ("Ann said she would go. Bob said so. “No.”", "“No.”", None),
        ("Ann said she would go. “No,” was all that Bob ever said.", "“No,”", None),  # too far
        ("Ann said she would go. “No,” Bob shrugged.", "“No,”", None),  # is no word for speech alone
    ],
)
def test_cue_left_unmarked(text: str, words: str, cue: str | None) -> None:
    at = text.index("said")
    marked = quote("q1", text, "she would go", "e1", kind="indirect", cue={"start": at, "end": at + 4, "text": "said"})
    problems = found("QUO042", text, quotes=(marked, quote("q2", text, words, "e2")))
    assert [text[slice(*p.span)] for p in problems if p.span] == [cue] * (cue is not None)
    assert not found("QUO042", text, quotes=(quote("q2", text, words, "e2"),)), "no quote of the record has a cue"
    assert not found("QUO042", text, quotes=(marked, quote("q2", text, words, None)))


@pytest.mark.parametrize(
    ("name", "mentions", "told"),
    [
        ("United States", ["US", "U.S."], False),
        ("United States of America", ["America"], False),
        ("UN", ["United Nations"], False),
        ("Vladimir Zelensky", ["Zelensky"], False),
        ("Kremlin", ["Kremlin", "Moscow"], False),
        ("Real Madrid", ["Los Blancos", "Madrid"], False),
        ("Facebook", ["The Facebook"], False),
        ("北京", ["Beijing"], True),
        ("Donald Trump", ["Putin", "Vladimir Putin"], True),
        ("IBM", ["Big Blue"], True),
        ("José Nuñez", ["Jose\u0301 Nun\u0303ez"], False),
        ("Netherlands", ["Dutch"], False),  # ENT028
    ],
)
def test_name_of_no_mention(name: str, mentions: list[str], told: bool) -> None:
    text = " ".join(mentions)
    places = [(text.index(m), m, "name") for m in mentions]
    problems = found("ENT029", text, entity("e1", name, *places, type="GPE"))
    assert [p.pointer for p in problems] == ["/entities/0/name"] * told
    assert not found("ENT029", text, entity("e1", name, *[(at, m, "nominal") for at, m, _ in places]))


@pytest.mark.parametrize(
    ("words", "told"),
    [("Russian", True), ("American", True), ("Chinese", True), ("Kazan", False), ("Russian Federation", False)],
)
def test_demonym_not_told(words: str, told: bool) -> None:
    assert bool(found("ENT028", words, entity("e1", "Rus", (0, words, "name"), type="GPE"))) == told
    assert not found("ENT028", words, entity("e1", "Rus", (0, words, "name?"), type="GPE"))
    assert not found("ENT028", words, entity("e1", "Rus", (0, words, "name"), type="ORG"))
