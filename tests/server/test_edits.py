"""What people do on the page, done there: submitted, exported, imported, and exactly that is different in the record."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from msgspec.json import decode, encode

from onrecord import labelstudio
from onrecord.checking.validate import check_source
from onrecord.files import canonical_json
from onrecord.findings.finding import Finding
from onrecord.labelstudio import from_export
from onrecord.labelstudio.codec.roundtrip import differences
from onrecord.model.record import Record

from .samples import stored
from .studio import Studio

if TYPE_CHECKING:
    from .page import Page

pytestmark = pytest.mark.server
EXAMPLE = next(stored())


class Work:
    """One task on the page."""

    def __init__(self, page: "Page", studio: Studio, title: str, layers: Sequence[str] | None = None) -> None:
        self.page, self.studio, self.layers = page, studio, layers
        self.project, (self.task,) = studio.project([EXAMPLE], title, layers)
        task = labelstudio.to_task(EXAMPLE, layers)
        self.count = len({r["id"] for r in task["annotations"][0]["result"] if "id" in r})
        page.open(self.project, self.task, self.count)
        page.tab("Regions")

    def back(self) -> tuple[Record | None, list[Finding]]:
        """Save on the page, export, import; whatever comes back as a record is valid."""
        saved = self.saved()
        self.page.update()
        assert self.page.errors() == []
        self.page.wait.until(lambda _: self.saved() > saved, "the server has nothing new")
        ((record, findings),) = from_export(self.studio.export(self.project))
        if record is not None:
            _, faults = check_source(canonical_json.canonical(record), "back.json")
            assert [f for f in faults if f.severity == "error"] == []
        return record, findings

    def saved(self) -> str:
        return str(self.studio.export(self.project)[0]["annotations"][0]["updated_at"])

    def changed(self, warnings: Sequence[str] = ()) -> list[str]:
        """How the record differs, save when; the warnings are as said."""
        record, findings = self.back()
        assert record is not None, findings
        assert sorted(f.code for f in findings) == sorted(warnings), findings
        assert record.annotation.modified > EXAMPLE.annotation.modified
        assert record.annotation.annotators == EXAMPLE.annotation.annotators
        found = differences(decode(encode(EXAMPLE)), decode(encode(record)))
        return [d for d in found if not d.startswith("/annotation/")]

    def refused(self) -> list[Finding]:
        record, findings = self.back()
        assert record is None
        return findings


@pytest.fixture
def work(page: "Page", studio: Studio, request: pytest.FixtureRequest) -> Work:
    return Work(page, studio, request.node.name[:40])


def test_a_mention_is_added_to_a_cluster(work: Work) -> None:
    work.page.pick(work.page.mark("ORG", "Science"))
    work.page.write("cluster", "nasa")
    assert work.changed() == ["/entities/0/mentions has 6 items instead of 5"]


def test_a_mention_alone_is_a_cluster_with_a_default_name(work: Work) -> None:
    work.page.pick(work.page.mark("WORK", "Science"))
    work.page.choose("nominal")
    assert work.changed() == ["/entities has 5 items instead of 4"]
    ((record, _),) = from_export(work.studio.export(work.project))
    assert record is not None
    made = record.entities[-1]
    assert (made.type, made.name, made.mentions[0].kind, made.mentions[0].text) == (
        "WORK",
        "Science",
        "nominal",
        "Science",
    )


def test_a_region_is_relabelled(work: Work) -> None:
    work.page.pick("m7")
    work.page.relabel("NORP")
    assert work.changed() == ["/entities/2/type becomes 'NORP' instead of 'PERSON'"]


def test_two_types_in_a_cluster_are_a_finding(work: Work) -> None:
    work.page.pick("m2")
    work.page.relabel("PERSON")
    (finding,) = work.refused()
    assert finding.code == "LST008"
    assert "PERSON “NASA”" in finding.message


def test_a_region_with_relations_is_deleted(work: Work) -> None:
    """The mention of a speaker and claimant: they stay, and have no mention now."""
    work.page.pick("m2")
    work.page.keys("\ue003")  # backspace
    assert work.changed(["LST014"] * 3) == [
        "/entities/0/mentions has 4 items instead of 5",
        "/entities/0/mentions/1/id becomes 'm3' instead of 'm2'",
        "/entities/0/mentions/1/start becomes '61' instead of '35'",
        "/entities/0/mentions/1/end becomes '63' instead of '39'",
        "/entities/0/mentions/1/text becomes 'it' instead of 'NASA'",
        "/entities/0/mentions/1/kind becomes 'pronoun' instead of 'name'",
        "/entities/0/mentions/2/id becomes 'm4' instead of 'm3'",
        "/entities/0/mentions/2/start becomes '136' instead of '61'",
        "/entities/0/mentions/2/end becomes '138' instead of '63'",
        "/entities/0/mentions/2/text becomes 'We' instead of 'it'",
        "/entities/0/mentions/3/id becomes 'm5' instead of 'm4'",
        "/entities/0/mentions/3/start becomes '158' instead of '136'",
        "/entities/0/mentions/3/end becomes '168' instead of '138'",
        "/entities/0/mentions/3/text becomes 'the agency' instead of 'We'",
        "/entities/0/mentions/3/kind becomes 'nominal' instead of 'pronoun'",
        "/quotes/0/speaker_mention becomes 'None' instead of 'm2'",
        "/claims/0/claimant_mention becomes 'None' instead of 'm2'",
        "/events/0/arguments/0/mention becomes 'None' instead of 'm2'",
    ]


def test_an_events_first_mention_is_deleted(work: Work) -> None:
    """What was said of the event stays with its next mention."""
    work.page.pick("v1a")
    work.page.button("Delete selected region")
    found = work.changed(["LST013"])
    assert found[0] == "/events/0/mentions has 1 items instead of 2"
    assert all(d.startswith("/events/0/mentions") for d in found)


def test_a_relation_is_drawn_made_mutual_and_turned_round(work: Work) -> None:
    page = work.page
    page.relate("m6", "v2a")
    (finding,) = work.refused()
    assert "LOC “Moon”" in finding.message
    assert "has no label" in finding.message
    page.call("destination")
    (finding,) = work.refused()
    assert finding.code == "LST006"
    assert "EVENT “fly”" in finding.message
    page.turn()
    (finding,) = work.refused()
    assert "both ways" in finding.message
    page.turn()
    assert work.changed() == ["/events/1/arguments has 2 items instead of 1"]
    page.drop()
    assert work.back() == (EXAMPLE, [])  # undone: byte for byte, no trace of who


def test_a_quote_is_split_in_two(page: "Page", studio: Studio) -> None:
    work = Work(page, studio, "split", ["quotes"])
    page.resize("q1", "landing")
    part = page.mark("QUOTE", "first planned")
    page.relate(part, "q1")
    page.call("continues")
    assert work.changed() == [
        "/quotes/0/fragments has 2 items instead of 1",
        "/quotes/0/fragments/0/end becomes '91' instead of '115'",
        "/quotes/0/fragments/0/text becomes 'it will “not rush” the landing' instead of 'it will “not rush” the landing, first pl'",
    ]


def test_a_region_is_copied_and_pasted(work: Work) -> None:
    work.page.pick("t2")
    known = work.page.ids()
    work.page.keys("\ue009", "c")
    work.page.keys("\ue009", "v")
    work.page.wait.until(lambda _: work.page.ids() > known, "nothing was pasted")
    (made,) = work.page.ids() - known
    assert work.changed() == ["/times has 4 items instead of 3"]
    ((record, _),) = from_export(work.studio.export(work.project))
    assert record is not None
    assert (record.times[3].id, record.times[3].text) == (made, "2026")


def test_a_quote_is_doubled(work: Work) -> None:
    """The copy has the quote's own values, but none of its relations, pieces or links."""
    work.page.pick("q2")
    known = work.page.ids()
    work.page.keys("\ue009", "d")
    work.page.wait.until(lambda _: work.page.ids() > known, "nothing was doubled")
    assert work.changed() == ["/quotes has 3 items instead of 2"]
    ((record, _),) = from_export(work.studio.export(work.project))
    assert record is not None
    made, old = record.quotes[2], record.quotes[1]
    assert (made.kind, made.fragments, made.speaker, made.cue) == (old.kind, old.fragments[:1], None, None)


def test_a_note_is_written(work: Work) -> None:
    work.page.pick("t2")
    work.page.note("unsure 🛰 “really”")
    assert work.changed() == ["/times/1/note is new"]


def test_an_entity_is_renamed_and_linked_at_one_mention(work: Work) -> None:
    work.page.pick("m1")
    work.page.rewrite("cluster", "e1 Nasa agency | Q999")
    assert work.changed() == [
        "/entities/0/name becomes 'Nasa agency' instead of 'NASA'",
        "/entities/0/link/wikidata becomes 'Q999' instead of 'Q23548'",
    ]


def test_two_clusters_are_merged(work: Work) -> None:
    work.page.pick("m8")
    work.page.rewrite("cluster", "e1")
    found = work.changed(["LST014"])
    assert "/entities has 3 items instead of 4" in found
    assert "/entities/0/mentions has 6 items instead of 5" in found
    assert "/quotes/1/addressees/0/entity becomes 'e1' instead of 'e4'" in found
    assert len(found) == 3


def test_a_group_gets_its_members(work: Work) -> None:
    work.page.pick("m7")
    work.page.write("members", "Reuters")
    assert work.changed() == ["/entities/2/members has 1 items instead of 0"]


def test_fields_are_cleared(work: Work) -> None:
    work.page.pick("t1")
    work.page.clear("time_anchor")
    assert work.changed() == ["/times/0/anchor becomes 'None' instead of 'published'"]
    work.page.pick("t1")
    work.page.clear("time_value")
    (finding,) = work.refused()
    assert (finding.code, finding.item) == ("LST004", "t1")
    assert finding.message == "TIME “Tuesday”: “Value” was cleared"


def test_an_event_is_marked_with_few_clicks(work: Work) -> None:
    """A label, and a type: the rest has defaults; an argument by its entity's name."""
    made = work.page.mark("EVENT", "doubt")
    (finding,) = work.refused()
    assert finding.message == "EVENT “doubt”: “Type” is empty"
    work.page.pick(made)
    work.page.type_event("statement")
    work.page.write("arguments", "agent critics")
    assert work.changed() == ["/events has 3 items instead of 2"]


def test_a_draft_is_left_and_submitted_later(work: Work) -> None:
    work.page.pick("t2")
    work.page.note("a draft")
    work.page.wait_for_draft()
    ((record, findings),) = from_export(work.studio.export(work.project))
    assert record == EXAMPLE
    assert [f.code for f in findings] == ["LST022"]  # somebody's draft is left out, and that is said
    work.page.open(work.project, work.task, work.count)
    assert work.changed() == ["/times/1/note is new"]


def test_a_prediction_is_submitted(page: "Page", studio: Studio) -> None:
    task = labelstudio.prove(EXAMPLE)
    task["predictions"] = [{"result": task.pop("annotations")[0]["result"], "model_version": "pushed"}]
    pid = studio.sdk.projects.create(
        title="prediction", label_config=labelstudio.config(), show_collab_predictions=True
    ).id
    (tid,) = studio.sdk.projects.import_tasks(pid, request=[task], return_task_ids=True).task_ids
    page.open(pid, tid, len({r["id"] for r in task["predictions"][0]["result"] if "id" in r}))
    page.update()
    assert page.errors() == []
    ((record, findings),) = from_export(studio.export(pid))
    assert (record, findings) == (EXAMPLE, [])


def test_a_pass_shows_its_layer_and_keeps_the_rest(page: "Page", studio: Studio) -> None:
    work = Work(page, studio, "pass", ["quotes"])
    page.relate("q1", "m8")
    page.call("addressee")
    page.tab("Regions")
    page.pick("m8")
    page.keys("\ue003")  # backspace
    assert "m8" not in page.ids()
    page.call_back()
    page.pick("m6")
    page.keys("\ue003")
    assert work.changed(["LST017"]) == ["/quotes/0/addressees has 1 items instead of 0"]


def test_a_pass_over_entities_tells_what_it_can_not_show(page: "Page", studio: Studio) -> None:
    work = Work(page, studio, "entities", ["entities"])
    page.pick("m5")
    page.keys("\ue003")
    found = work.changed(["LST014"] * 2)
    assert found[-2:] == [
        "/quotes/1/speaker_mention becomes 'None' instead of 'm5'",
        "/claims/1/claimant_mention becomes 'None' instead of 'm5'",
    ]
