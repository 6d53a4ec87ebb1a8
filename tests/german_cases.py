"""For each rule that speaks German: a record in which it finds something, and a look-alike that passes."""

from german import Json, claim, entity, event, quote, reckoned, record, time


def timed(body: str, *times: Json) -> Json:
    return record(body, times=times)


def named(body: str, *entities: Json) -> Json:
    return record(body, entities=entities)


CLERK = entity("PERSON", "Ute Klein", "name:Ute Klein")


def spoken(body: str, kind: str, piece: str, cue: str) -> Json:
    """One quote of Ute Klein."""
    return record(body, entities=[CLERK], quotes=[quote(kind, piece, cue=cue, speaker="e1", mention="m1")])


def claimed(body: str, *claims: Json) -> Json:
    return record(body, entities=[CLERK] if CLERK["name"] in body else (), claims=claims)


SINCE = "Die Brücke ist seit dem {} gesperrt."
ON = "Am {} kam der Kran."

CASES: dict[str, tuple[Json, Json]] = {
    # times: the value against the words
    "TIM007": (
        timed("Gebaut wurde sie 1962.", time("1962", "1926")),
        timed("Gebaut wurde sie in den 1960er Jahren.", time("1960er Jahren", "196")),
    ),
    "TIM008": (
        timed(ON.format("Montagabend"), reckoned("Montagabend", "2025-07-08TEV")),
        timed("In der Freitagnacht kam der Kran.", reckoned("Freitagnacht", "2025-07-05TNI")),
    ),
    "TIM009": (
        timed(SINCE.format("7. März"), time("7. März", "XXXX-07-03")),
        timed(SINCE.format("7. März"), time("7. März", "XXXX-03-07")),
    ),
    "TIM020": (
        timed("Der Kran kam gestern.", time("gestern", "2025-07-09")),
        timed("Der Kran kam gestern.", reckoned("gestern", "2025-07-09")),
    ),
    "TIM022": (
        timed("Die Arbeiten dauern zwei Wochen.", time("zwei Wochen", "P3W")),
        timed("Die Arbeiten dauern zwei Wochen.", time("zwei Wochen", "P14D")),
    ),
    "TIM023": (
        timed(ON.format("Dienstag, dem 9. Juli,"), reckoned("Dienstag, dem 9. Juli", "2025-07-09")),
        timed(ON.format("Mittwoch, dem 9. Juli,"), reckoned("Mittwoch, dem 9. Juli", "2025-07-09")),
    ),
    "TIM026": (
        timed(SINCE.format("7. März"), time("7. März", "XXXX-XX-07")),
        timed("Im Haushaltsjahr bis März reichte das Geld.", reckoned("Haushaltsjahr bis März", "2025")),
    ),
    # times: against the publication and each other
    "TIM013": (
        timed("Im vergangenen Monat kam der Kran.", reckoned("vergangenen Monat", "2025-08")),
        timed("Im kommenden Monat geht der Kran.", reckoned("kommenden Monat", "2025-08")),
    ),
    "TIM014": (
        timed("Der Kran kam vorgestern.", reckoned("vorgestern", "2025-07-09")),
        timed("Der Kran kam am heutigen Donnerstag.", reckoned("heutigen Donnerstag", "2025-07-10")),
    ),
    "TIM015": (
        timed(ON.format("Mittwoch"), reckoned("Mittwoch", "2025-03-05")),
        timed(ON.format("Mittwoch, dem 5. März,"), reckoned("Mittwoch, dem 5. März", "2025-03-05")),
    ),
    "TIM030": (
        timed(ON.format("Mittwoch"), reckoned("Mittwoch", "2025-06-25")),
        timed(ON.format("Mittwoch"), reckoned("Mittwoch", "2025-07-09")),
    ),
    "TIM024": (
        timed("Der Kran kam vor zwei Tagen.", reckoned("vor zwei Tagen", "2025-07-06")),
        timed("Der Kran kam vor zwei Tagen.", reckoned("vor zwei Tagen", "2025-07-08")),
    ),
    "TIM025": (
        timed("Das Geld kommt demnächst.", time("demnächst", "PAST_REF")),
        timed("Das Geld kam kürzlich.", time("kürzlich", "PAST_REF")),
    ),
    # times: their form
    "TIM027": (
        timed("Sie hielt rund 60 Jahre.", time("rund 60 Jahre", "P60Y")),
        timed("Sie hielt rund 60 Jahre.", time("rund 60 Jahre", "P60Y", mod="APPROX")),
    ),
    "TIM028": (
        timed("Die Sperre kam im März 2024.", time("März 2024", "2024-03-05")),
        timed("Die Sperre kam am 5. März 2024.", time("5. März 2024", "2024-03-05")),
    ),
    "TIM029": (
        timed("Am Mittwoch kam der Kran.", reckoned("Am Mittwoch", "2025-07-09")),
        timed("In zwei Tagen geht der Kran.", reckoned("In zwei Tagen", "2025-07-12")),
    ),
    "TIM032": (
        timed("Der Bau begann im Mai 2024.", time("Mai 2024", "2024-05", mod="END")),
        timed("Der Bau begann Ende Mai 2024.", time("Ende Mai 2024", "2024-05", mod="END")),
    ),
    # mentions and names
    "ENT011": (
        named(
            "Die Bürgermeisterin schwieg; sie ging.",
            entity("PERSON", "Bürgermeisterin", "Die Bürgermeisterin", "name:sie"),
        ),
        named(
            "Die russische Firma schwieg, Russland auch.",
            entity("GPE", "Russland", "demonym:russische", "name:Russland"),
        ),
    ),
    "ENT020": (
        named("Ute Klein schwieg, als er kam.", entity("PERSON", "Ute Klein", "name:Ute Klein")),
        named(
            "Es gab seit den 1940-er Jahren, so Ute Klein, kein Mehr oder Weniger.",
            entity("PERSON", "Ute Klein", "name:Ute Klein"),
        ),
    ),
    "ENT021": (
        record(
            "Ute Klein sagte: „Ich bleibe.“ Bo Chan ging.",
            entities=[
                entity("PERSON", "Ute Klein", "name:Ute Klein"),
                entity("PERSON", "Bo Chan", "name:Bo Chan", "pronoun:Ich"),
            ],
            quotes=[quote("direct", "„Ich bleibe.“", cue="sagte", speaker="e1", mention="m1")],
        ),
        record(
            "Ute Klein sagte: „Ich bleibe.“ Bo Chan ging.",
            entities=[
                entity("PERSON", "Ute Klein", "name:Ute Klein", "pronoun:Ich"),
                entity("PERSON", "Bo Chan", "name:Bo Chan"),
            ],
            quotes=[quote("direct", "„Ich bleibe.“", cue="sagte", speaker="e1", mention="m1")],
        ),
    ),
    "ENT022": (
        named("Das war Ute Klein. Sie ging.", entity("PERSON", "Ute", "name:Ute Klein.")),
        named("Das war Karl III. Er ging.", entity("PERSON", "König Karl", "name:Karl III.")),
    ),
    "ENT024": (
        named(
            "„Wir bleiben“, hieß es. „Gebt uns Zeit.“", entity("OTHER", "die Anwohner", "pronoun:Wir", "pronoun:uns")
        ),
        named(
            "„Gebt ihnen Zeit“, hieß es, „und kommt ihnen entgegen.“",
            entity("OTHER", "die Frau", "pronoun:ihnen", "pronoun:ihnen#2"),
        ),
    ),
    "ENT026": (
        record(
            "Wien sagte, das Geld sei da.",
            entities=[entity("GPE", "Wien", "name:Wien")],
            quotes=[quote("indirect", "das Geld sei da", cue="sagte", speaker="e1", mention="m1")],
        ),
        record(
            "Wien sagte, das Geld sei da.",
            entities=[entity("ORG", "Wien", "name:Wien")],
            quotes=[quote("indirect", "das Geld sei da", cue="sagte", speaker="e1", mention="m1")],
        ),
    ),
    "ENT027": (
        named(
            "Der Bote schrieb es. Den Boten liest hier jeder, auch wenn Bote teuer ist.",
            entity("ORG", "Bote", "name:Der Bote", "name:Bote#3"),
        ),
        named("Der Bote schrieb es. Bote heißt er seit 1900.", entity("ORG", "Bote", "name:Bote", "name:Bote#2")),
    ),
    "ENT028": (
        named("Die russische Firma schwieg.", entity("GPE", "Russland", "name:russische")),
        named("Die Firma aus Russland schwieg.", entity("GPE", "Russische Föderation", "name:Russland")),
    ),
    "ENT030": (
        named(
            "Klein und Chan schwiegen. Lee kam.",
            entity("PERSON", "Klein", "name:Klein"),
            entity("PERSON", "Lee", "name:Lee"),
            entity("PERSON", "Klein und Chan", "name:Klein und Chan", members=["e1", "e2"]),
        ),
        named(
            "Klein und Chan schwiegen. Lee kam.",
            entity("PERSON", "Klein", "name:Klein"),
            entity("PERSON", "Chan", "name:Chan"),
            entity("PERSON", "Klein und Chan", "name:Klein und Chan", members=["e1", "e2"]),
        ),
    ),
    "ENT031": (
        named("Das sagte Frau Klein.", entity("ORG", "Klein", "name:Klein")),
        named("Das sagte der Präsident Frankreichs.", entity("GPE", "Frankreichs", "name:Frankreichs")),
    ),
    "ENT032": (
        named(
            "Das Wiener Verkehrsministerium schwieg.",
            entity("PERSON", "Wiener Verkehrsministerium", "name:Wiener Verkehrsministerium"),
        ),
        named("Gerichtsdiener Max Amtmann schwieg.", entity("PERSON", "Max Amtmann", "name:Max Amtmann")),
    ),
    # the article
    "MET018": (
        record(
            "The mayor said on Monday that the bridge was closed. " * 3
            + "It is the end of the road for it, and that was it."
        ),
        record("Die Bürgermeisterin sagte am Montag, dass die Brücke nicht mehr zu retten ist. " * 3 + "Das war es."),
    ),
    "SEG007": (
        record("Die Brücke ist zu.\nLESEN SIE AUCH: Fähre fährt den ganzen Winter"),
        record("Die Brücke ist zu.\nLesen Sie auch die Briefe an die Stadt."),
    ),
    # quotes
    "QUO025": (
        spoken("Ute Klein glaubt, das Geld sei da.", "indirect", "das Geld sei da", cue="glaubt"),
        spoken("Ute Klein meint, das Geld sei da.", "indirect", "das Geld sei da", cue="meint"),
    ),
    "QUO026": (
        spoken("Ute Klein hat angekündigt, das Geld sei da.", "indirect", "das Geld sei da", cue="hat angekündigt"),
        spoken("Laut Ute Klein ist das Geld da.", "indirect", "ist das Geld da", cue="Laut"),
    ),
    "QUO027": (
        spoken("Ute Klein sagte, dass das Geld da sei.", "indirect", "dass das Geld da sei", cue="sagte"),
        spoken("Ute Klein fragte, ob das Geld da sei.", "indirect", "ob das Geld da sei", cue="fragte"),
    ),
    "QUO042": (
        record(
            "Ute Klein teilte mit, das Geld sei da. „Wir bauen“, sagte sie.",
            entities=[CLERK],
            quotes=[
                quote("indirect", "das Geld sei da", speaker="e1", mention="m1"),
                quote("direct", "„Wir bauen“", cue="sagte", speaker="e1"),
            ],
        ),
        record(
            "Ute Klein teilte das Bild, das Geld sei da. „Wir bauen“, sagte sie.",
            entities=[CLERK],
            quotes=[
                quote("indirect", "das Geld sei da", speaker="e1", mention="m1"),
                quote("direct", "„Wir bauen“", cue="sagte", speaker="e1"),
            ],
        ),
    ),
    # claims
    "CLM013": (
        claimed("Ute Klein sagte, sie baue.", claim("sie baue", "Sie baut eine Brücke.")),
        claimed("Es gebe keinen Plan, hieß es.", claim("Es gebe keinen Plan", "Es gibt keinen Plan.")),
    ),
    "CLM015": (
        claimed("Ute Klein sagte, sie baue.", claim("sie baue", "Ute Klein sagte, dass sie baue.", claimant="e1")),
        claimed("Ute Klein sagte, sie baue.", claim("sie baue", "Ute Klein baut dort, wo sie sagte.", claimant="e1")),
    ),
    "CLM022": (
        claimed("Es gab kein Geld.", claim("Es gab kein Geld", "Es gab kein Geld.", stance="deny")),
        claimed("Es gab kein Geld.", claim("Es gab kein Geld", "Es gab Geld.", stance="deny")),
    ),
    "CLM024": (
        claimed("Das Geld reicht nicht für den Bau.", claim("Das Geld reicht nicht", "Das Geld reicht.")),
        claimed("Das Geld reicht nicht nur für den Bau.", claim("Das Geld reicht nicht nur", "Das Geld reicht.")),
    ),
    "CLM032": (
        claimed("Das Geld reicht für den Bau.", claim("Das Geld reicht", "Das Geld reicht.", stance="deny")),
        claimed("Klein bestritt, das Geld reiche.", claim("das Geld reiche", "Das Geld reicht.", stance="deny")),
    ),
    "CLM033": (
        claimed("Das Geld reichte für den Bau.", claim("Das Geld reichte", "Das Geld reichte.", kind="prediction")),
        claimed(
            "Am Montag beginnt der Bau.", claim("beginnt der Bau", "Der Bau beginnt am Montag.", kind="prediction")
        ),
    ),
    "CLM035": (
        claimed("Das kostet Tausende.", claim("Das kostet Tausende", "Der Bau kostet 3.000 Euro.")),
        claimed(
            "Das kostet 3000 Euro, in zwei Raten.",
            claim("Das kostet 3000 Euro", "Der Bau kostet 3.000 Euro in 2 Raten."),
        ),
    ),
    # events
    "EVT007": (
        record("Die Brücke wurde nicht mehr repariert.", events=[event("repariert")]),
        record("Die Brücke wurde nicht nur repariert.", events=[event("repariert")]),
    ),
    "EVT008": (
        record("Die Brücke wurde zum Glück repariert.", events=[event("repariert", "negative")]),
        record("Die Brücke wurde ohne Pause repariert.", events=[event("repariert", "negative")]),
    ),
    "EVT028": (
        record("Die Brücke soll weg.", events=[event("soll")]),
        record("Die Stadt kündigte den Bau an.", events=[event("an")]),
    ),
    "CLM011": (
        claimed(
            "Klein sagte, das Geld reiche. Chan bestritt, dass es reiche.",
            claim("das Geld reiche", "Das Geld reicht."),
            claim("es reiche", "Das Geld genügt.", stance="deny", relations=[{"kind": "same_as", "claim": "c1"}]),
        ),
        claimed(
            "Klein sagte, das Geld reiche. Chan bestritt, dass es fehle.",
            claim("das Geld reiche", "Das Geld reicht."),
            claim("es fehle", "Das Geld reicht nicht.", stance="deny", relations=[{"kind": "same_as", "claim": "c1"}]),
        ),
    ),
    "QUO040": (
        record(
            "Ute Klein sagte am 15. Juli, das Geld sei da.",
            entities=[CLERK],
            times=[reckoned("15. Juli", "2025-07-15")],
            quotes=[quote("indirect", "das Geld sei da", cue="sagte", speaker="e1", mention="m1", time="t1")],
        ),
        record(
            "Ute Klein will am 15. Juli sagen, ob das Geld da ist.",
            entities=[CLERK],
            times=[reckoned("15. Juli", "2025-07-15")],
            quotes=[quote("indirect", "ob das Geld da ist", cue="sagen", speaker="e1", mention="m1", time="t1")],
        ),
    ),
    # what works in every language, with German words where they are known
    "ENT006": (
        named("Die Bürgermeisterin schwieg.", entity("PERSON", "sie", "Die Bürgermeisterin")),
        named("Die Firma SIE schwieg.", entity("ORG", "SIE", "name:SIE")),
    ),
    "ENT017": (
        named("Wer ihm half, blieb offen.", entity("PERSON", "der Mann", "pronoun:ihm")),
        named("Wer ihnen half, blieb offen.", entity("PERSON", "die Leute", "pronoun:ihnen")),
    ),
}

MORE: list[tuple[str, bool, Json]] = [
    # compounds, other names of days, inflected words
    ("TIM008", True, timed(ON.format("Sonnabendvormittag"), reckoned("Sonnabendvormittag", "2025-07-04TMO"))),
    ("TIM008", False, timed(ON.format("Sonnabendvormittag"), reckoned("Sonnabendvormittag", "2025-07-05TMO"))),
    ("TIM008", False, timed("Der Kran kommt montags.", time("montags", "XXXX-WXX-2"))),
    ("TIM009", False, timed("Sie ist seit Jänner 2024 zu.", time("Jänner 2024", "2024-01"))),
    ("TIM009", True, timed("Sie ist seit dem 3. Mai zu.", time("3. Mai", "XXXX-05-04"))),
    ("TIM009", False, timed("Das war in der Nacht zum 3. Mai.", time("Nacht zum 3. Mai", "XXXX-05-02TNI"))),
    ("TIM007", False, timed("Das war um 1900 Uhr.", time("1900 Uhr", "XXXX-XX-XXT19:00"))),
    ("TIM014", False, timed("Am Morgen kam der Kran.", reckoned("Morgen", "2025-07-10TMO"))),
    ("TIM014", True, timed("Am gestrigen Nachmittag kam der Kran.", reckoned("gestrigen Nachmittag", "2025-07-08TAF"))),
    ("TIM014", False, timed("Heute Nacht kam der Kran.", reckoned("Heute Nacht", "2025-07-09TNI"))),
    ("TIM013", False, timed("Am letzten Sonntag im August gibt es ein Fest.", reckoned("letzten Sonntag im August", "2025-08-31"))),
    ("TIM022", False, timed("Das dauert zweieinhalb Jahre.", time("zweieinhalb Jahre", "P30M"))),
    ("TIM022", True, timed("Das dauert 48 Stunden.", time("48 Stunden", "P5D"))),
    # counting from a day
    ("TIM024", True, timed("Ende vergangener Woche kam der Kran.", reckoned("Ende vergangener Woche", "2025-06-20"))),
    ("TIM024", False, timed("Ende vergangener Woche kam der Kran.", reckoned("Ende vergangener Woche", "2025-07-04"))),
    ("TIM024", False, timed("In den letzten Jahren war Ruhe.", reckoned("letzten Jahren", "2021"))),
    ("TIM024", True, timed("In zwei Wochen geht der Kran.", reckoned("In zwei Wochen", "2025-08-24"))),
    ("TIM024", False, timed("Vor einem Jahr kam der Kran.", reckoned("Vor einem Jahr", "2024"))),
    # prepositions and modifiers
    ("TIM029", False, timed("Über Nacht kam der Kran.", reckoned("Über Nacht", "2025-07-09TNI"))),
    ("TIM029", False, timed("Im Jahr 2024 kam der Kran.", time("Im Jahr 2024", "2024"))),
    ("TIM029", False, timed("Vom 3. bis 5. Mai war zu.", time("Vom 3. bis 5. Mai", "P2D"))),
    ("TIM029", True, timed("Seit Montag ist zu.", reckoned("Seit Montag", "2025-07-07"))),
    ("TIM027", True, timed("Das dauert höchstens drei Tage.", time("höchstens drei Tage", "P3D"))),
    ("TIM027", True, timed("Das war gegen 14 Uhr.", reckoned("gegen 14 Uhr", "2025-07-10T14:00"))),
    ("TIM027", False, timed("Das war gegen Abend.", reckoned("gegen Abend", "2025-07-10TEV"))),
    # titles, abbreviations, kinds
    ("ENT031", True, named("Verteidigungsministerin Klein kam.", entity("ORG", "Klein", "name:Klein"))),
    ("ENT022", False, named("Da war Dr. Er ging.", entity("PERSON", "Doktor Klein", "name:Dr."))),
    ("ENT022", True, named("Es ist des Landes.", entity("GPE", "Österreich", "des"))),
    *(
        ("ENT022", wrong, named(f"Im {words} stand es.", entity("ORG", "Zeitung", f"name:{words}")))
        for words, wrong in {
            "»Boten«": False, "„Boten“": False, "›Boten‹": False, "‚Boten‘": False, "«Boten»": False, '„Boten"': True,
            "»Boten": True, "Boten«": True, "Boten“": True, "‚Boten": True, "Boten‘": True,
        }.items()
    ),
    ("ENT011", True, named("Die stadt schwieg.", entity("GPE", "Krems", "name:stadt"))),
    ("ENT011", False, named("Die Klägerin, deren Haus brannte.", entity("PERSON", "Klägerin", "Die Klägerin", "pronoun:deren"))),
    ("ENT020", False, named("Das Boot fuhr auf der Seine; es kann sein, hieß es.", entity("OTHER", "Boot", "Das Boot"))),
    # separable verbs: the particle closes the clause
    *(
        ("QUO042", says, record(
            f"Ute Klein {lead}, das Geld sei da. „Wir bauen“, sagte sie.", entities=[CLERK],
            quotes=[
                quote("indirect", "das Geld sei da", speaker="e1", mention="m1"),
                quote("direct", "„Wir bauen“", cue="sagte", speaker="e1"),
            ],
        ))
        for lead, says in {
            "räumte am Abend ein": True, "wies den Vorwurf zurück": True, "fügte hinzu": True, "warf der Stadt vor": True,
            "kündigte an": True, "gab bekannt": True, "gab das Geld her": False, "räumte das Feld": False,
        }.items()
    ),
    # negations
    ("EVT007", True, record("Es gab keine weiteren Treffen.", events=[event("Treffen")])),
    ("EVT007", False, record("Sie haben nicht alle Teile repariert.", events=[event("repariert")])),
    ("EVT007", False, record("Ob sie kommen oder nicht, gebaut wird.", events=[event("gebaut")])),
    ("EVT008", False, record("Die Stadt lehnte den Bau ab.", events=[event("Bau", "negative")])),
    ("CLM024", True, claimed("Niemand will den Bau zahlen.", claim("Niemand will den Bau zahlen", "Man will den Bau zahlen."))),
    ("CLM024", False, claimed("Es ist unklar, wer den Bau zahlt.", claim("Es ist unklar, wer den Bau zahlt", "Es ist nicht klar, wer zahlt."))),
]  # fmt: skip
"""More of what is German about it: the code, whether it is found, the record."""
