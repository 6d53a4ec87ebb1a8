"""What people write into the fields of the page: ids, names, links and lines, right and wrong."""

from typing import Any

import pytest
from msgspec.json import decode, encode

from labelstudio.test_tasks import RECORD, mark, result
from onrecord.labelstudio import from_task, to_task
from onrecord.labelstudio.codec.mapping import CONTROLS
from onrecord.model.record import Record

NEW = 117, 124  # “Critics”


@pytest.fixture
def task() -> dict[str, Any]:
    found: dict[str, Any] = decode(encode(to_task(RECORD)))
    return found


def write(task: dict[str, Any], id: str, control: str, *said: str) -> None:
    """Write into a field of a region, in the place of what it says."""
    rows = result(task)
    span = next(r for r in rows if r.get("id") == id and r["from_name"] == "span")
    rows[:] = [r for r in rows if not (r.get("id") == id and r["from_name"] == control)]
    a = CONTROLS[control]
    place = {k: span["value"][k] for k in ("start", "end", "text")}
    common = {"id": id, "from_name": control, "to_name": "text", "origin": "manual"}
    if said:
        rows.append({**common, "type": a.type, "value": {**place, a.key: list(said)}})


def draw(task: dict[str, Any], source: str, target: str, label: str) -> None:
    result(task).append(
        {"from_id": source, "to_id": target, "type": "relation", "direction": "right", "labels": [label]}
    )


def read(task: dict[str, Any]) -> Record:
    record, findings = from_task(task)
    assert record is not None, findings
    assert findings == []
    return record


def found(task: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.code, f.message) for f in from_task(task)[1]]


def told(task: dict[str, Any], code: str, words: str) -> None:
    """There is one finding, and its message has these words."""
    (one,) = found(task)
    assert one[0] == code
    assert words in one[1]


# -- clusters


def test_a_new_mention_names_its_cluster(task: dict[str, Any]) -> None:
    for n, said in enumerate(("e3", "e3 critics", "critics", "CRITICS", "  critics ")):
        mark(task, f"n{n}", *NEW, "PERSON", cluster=[said], mention_kind=["nominal"])
    record = read(task)
    assert [m.id for m in record.entities[2].mentions] == ["m7", "n0", "n1", "n2", "n3", "n4"]
    assert record.entities[2].name == "critics"


def test_new_clusters_of_one_name_are_one(task: dict[str, Any]) -> None:
    mark(task, "n1", *NEW, "PERSON", cluster=["Sceptics"], mention_kind=["nominal"])
    mark(task, "n2", 35, 39, "PERSON", cluster=["sceptics"], mention_kind=["nominal"])
    mark(task, "n3", 35, 39, "PERSON", mention_kind=["nominal"])
    made = read(task).entities[4:]
    assert [(e.name, [m.id for m in e.mentions]) for e in made] == [("sceptics", ["n2", "n1"]), ("NASA", ["n3"])]


def test_a_name_of_two(task: dict[str, Any]) -> None:
    for id in ("m7", "m8"):
        write(task, id, "cluster", {"m7": "e3", "m8": "e4"}[id] + " Both")
    both = read(task)
    assert [e.name for e in both.entities[2:]] == ["Both", "Both"]
    task = decode(encode(to_task(both)))
    mark(task, "n1", *NEW, "PERSON", cluster=["both"], mention_kind=["nominal"])
    told(task, "LST007", "as e3 and e4 are called")


def test_a_cluster_that_is_not_there(task: dict[str, Any]) -> None:
    mark(task, "n1", *NEW, "PERSON", cluster=["e77"], mention_kind=["nominal"])
    told(task, "LST007", "there is no cluster e77")


def test_renamed(task: dict[str, Any]) -> None:
    write(task, "m7", "cluster", "e3 Sceptics")
    record = read(task)
    assert record.entities[2].name == "Sceptics"
    assert record.entities[2].link == RECORD.entities[2].link


def test_renamed_in_two_ways(task: dict[str, Any]) -> None:
    write(task, "m1", "cluster", "e1 ESA | Q23548")
    write(task, "m2", "cluster", "e1 JAXA | Q23548")
    told(task, "LST015", "the cluster e1 gets the new names ESA and JAXA; it has one")


def test_an_id_and_the_name_of_another(task: dict[str, Any]) -> None:
    write(task, "m7", "cluster", "e3 Reuters")
    told(task, "LST015", "“Cluster” says e3, and the name of e4")


@pytest.mark.parametrize(
    ("said", "status", "wikidata"),
    [("Q42", "linked", "Q42"), ("nil", "nil", None), ("none", "not_attempted", None)],
)
def test_linked_anew(task: dict[str, Any], said: str, status: str, wikidata: str | None) -> None:
    write(task, "m8", "cluster", f"e4 Reuters | {said}")
    link = read(task).entities[3].link
    assert (link.status, link.wikidata) == (status, wikidata)


def test_no_link(task: dict[str, Any]) -> None:
    write(task, "m8", "cluster", "e4 Reuters | q42")
    told(task, "LST012", "'q42' behind the bar is no link")


def test_linked_in_two_ways(task: dict[str, Any]) -> None:
    write(task, "m1", "cluster", "e1 NASA | Q1")
    write(task, "m2", "cluster", "e1 NASA | Q2")
    told(task, "LST015", "e1 NASA gets the links Q1 and Q2; it has one")


def test_moved_with_the_link_of_the_old_cluster(task: dict[str, Any]) -> None:
    write(task, "m5", "cluster", "e4 | Q23548")
    told(task, "LST015", "it was moved to e4 with the link Q23548, which is that of e1")


def test_events_by_id_name_and_neither(task: dict[str, Any]) -> None:
    write(task, "v1a", "event_name", "Artemis")
    record = read(task)
    assert record.events[0].name == "Artemis"
    task = decode(encode(to_task(record)))
    for n, said in enumerate(("v1", "v1 Artemis", "artemis", "v1 space_landing", "Launch", "Launch")):
        start = (40, 46, 128, 135, 158, 169)[n]
        mark(task, f"n{n}", start, start + 4, "EVENT", event=[said])
        result(task).append(type_of(task, f"n{n}", "space_landing" if n < 4 else "flight"))
    made = read(task)
    assert [m.id for m in made.events[0].mentions] == ["v1a", "v1b", "n0", "n1", "n2", "n3"]
    assert [[m.id for m in v.mentions] for v in made.events[2:]] == [["n4", "n5"]]


def type_of(task: dict[str, Any], id: str, name: str) -> dict[str, Any]:
    span = next(r for r in result(task) if r.get("id") == id and r["from_name"] == "span")
    place = {k: span["value"][k] for k in ("start", "end", "text")}
    value = {**place, "taxonomy": [["any", name]]}
    return {"id": id, "from_name": "event_type", "to_name": "text", "type": "taxonomy", "value": value}


def test_an_event_of_another_name(task: dict[str, Any]) -> None:
    write(task, "v2a", "event", "v2 Landing")
    told(task, "LST012", "“Event” calls v2 'Landing', and it is not called that")


def test_an_event_that_is_not_there(task: dict[str, Any]) -> None:
    write(task, "v2a", "event", "v77")
    assert ("LST007", "there is no event v77") in [(c, m.partition(": ")[2] or m) for c, m in found(task)]


def test_one_event_of_two_types(task: dict[str, Any]) -> None:
    result(task)[:] = [r for r in result(task) if not (r.get("id") == "v1b" and r["from_name"] == "event_type")]
    result(task).append(type_of(task, "v1b", "flight"))
    told(task, "LST008", "the event v1 has mentions of the types space_landing and flight; it has one")


# -- whom and what fields name


@pytest.mark.parametrize("said", ["e3", "e3 critics", "critics", "Critics"])
def test_a_speaker_by_id_or_name(task: dict[str, Any], said: str) -> None:
    result(task)[:] = [r for r in result(task) if "speaker" not in r.get("labels", ())]
    write(task, "q1", "speaker", said)
    write(task, "q2", "speaker", "e1")
    quotes = read(task).quotes
    assert [(q.speaker, q.speaker_mention) for q in quotes] == [("e3", None), ("e1", None)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("t1", "“Speaker without a mention” names t1, which is a time"),
        ("Nobody", "“Speaker without a mention” says 'Nobody', and nothing here has that id or name"),
        ("e77", "“Speaker without a mention” says 'e77', and nothing here has that id or name"),
    ],
)
def test_a_speaker_who_is_none(task: dict[str, Any], said: str, words: str) -> None:
    result(task)[:] = [r for r in result(task) if not ("speaker" in r.get("labels", ()) and r.get("from_id") == "q1")]
    write(task, "q1", "speaker", said)
    told(task, "LST007", words)


def test_addressees_in_lines(task: dict[str, Any]) -> None:
    write(task, "q1", "addressees", "e3 critics | in the room", "Reuters")
    made = read(task).quotes[0].addressees
    assert (made[0].entity, made[0].mention, made[0].note) == ("e3", None, "in the room")
    assert made[1].entity == "e4"


def test_lines_with_a_mention(task: dict[str, Any]) -> None:
    write(task, "v2a", "arguments", "agent e1@m5 NASA | so")
    (one,) = read(task).events[1].arguments
    assert (one.role, one.target, one.mention, one.note) == ("agent", "e1", "m5", "so")
    write(task, "v2a", "arguments", "agent e1@m77")
    told(task, "LST007", "names no mention with 'm77'")


def test_notes_where_none_is_kept(task: dict[str, Any]) -> None:
    write(task, "c1", "about", "e2 Moon | perhaps", "v1")
    told(task, "LST012", "a note in “About” has no place in the record")


@pytest.mark.parametrize("said", ["agent", "e1", "boss e1", ""])
def test_arguments_that_say_too_little(task: dict[str, Any], said: str) -> None:
    write(task, "v2a", "arguments", said)
    assert {code for code, _ in found(task)} == {"LST007"}


def test_arguments_that_are_drawn(task: dict[str, Any]) -> None:
    """Beside those of the lines: a mention for one that has none, another one for itself, one alike not again."""
    write(task, "v1a", "arguments", "agent e1", "destination e2@m6")
    draw(task, "v1a", "m2", "agent")
    draw(task, "v1a", "m6", "destination")
    draw(task, "v1a", "m3", "agent")
    draw(task, "v1b", "t2", "time")
    made = [(a.role, a.target, a.mention) for a in read(task).events[0].arguments]
    assert made == [("agent", "e1", "m2"), ("destination", "e2", "m6"), ("agent", "e1", "m3")]


def test_two_relations_where_one_is_due(task: dict[str, Any]) -> None:
    draw(task, "q2", "m7", "speaker")
    told(task, "LST006", "two relations speaker leave it")


@pytest.mark.parametrize(
    ("words", "drawn", "kind"),
    [("“It is ready.”", False, "direct"), ("It is ready", False, "indirect"), ("It is ready", True, "mixed")],
)
def test_the_kind_of_a_new_quote(task: dict[str, Any], words: str, drawn: bool, kind: str) -> None:
    """As its marks tell, where nothing was chosen."""
    start = RECORD.text.index(words)
    mark(task, "n1", start, start + len(words), "QUOTE")
    if drawn:
        mark(task, "n2", start, start + 2, "VERBATIM")
        draw(task, "n1", "n2", "verbatim")
    record, _ = from_task(task)
    assert record is not None
    assert next(q.kind for q in record.quotes if q.id == "n1") == kind


@pytest.mark.parametrize(("claimant", "voice"), [("", "author"), ("e3", "source"), ("drawn", "source")])
def test_the_voice_of_a_new_claim(task: dict[str, Any], claimant: str, voice: str) -> None:
    mark(task, "n1", *NEW, "CLAIM")
    write(task, "n1", "claim_text", "Critics doubt.")
    if claimant == "drawn":
        draw(task, "n1", "m7", "claimant")
    elif claimant:
        write(task, "n1", "claimant", claimant)
    record, _ = from_task(task)
    assert record is not None
    assert next(c.voice for c in record.claims if c.id == "n1") == voice
