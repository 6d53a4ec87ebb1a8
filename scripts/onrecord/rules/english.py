"""Closed lists of English words that rules look at; a rule that uses them says nothing of other languages."""

import re

LANGUAGE = "en"

HUMAN = frozenset("he him his himself she her hers herself who whom whose".split())
"""Third-person pronouns for people."""

FEMININE = frozenset("she her hers herself".split())
"""Said of countries and ships, too."""

SPEAKING = frozenset("i me my mine myself we us our ours ourselves you your yours yourself yourselves".split())
"""First and second person: people, and bodies that speak."""

THING = frozenset("it its itself".split())

PLURAL = frozenset("they them their theirs themselves".split())

POINTING = frozenset("this that these those which what one ones".split())

PERSONAL = HUMAN | SPEAKING | THING | PLURAL

PRONOUNS = HUMAN | SPEAKING | THING | PLURAL | POINTING | frozenset(
    "each other another both all some any none everyone everybody someone somebody anyone anybody nobody "
    "everything something anything nothing either neither many most few several others thou thee thy thine ye".split()
)  # fmt: skip
"""Words that may be a pronoun as a whole mention."""

FIRST_SINGULAR = frozenset("i me my mine myself".split())

TOGETHER = PLURAL | frozenset("we us our ours ourselves".split())
"""Pronouns for several."""

OWED = frozenset(
    "he him his himself she her hers herself they them their theirs themselves we us our ours ourselves i me my myself".split()
)
"""Pronouns that stand for somebody or something nearly wherever they stand; not it, that, you, mine."""

STANDS_ALONE = re.compile(
    r"\b(?:[Hh](?:e|im|is|imself|er|ers|erself)|[Ss]he|[Tt]he(?:y|m|irs?|mselves)|[Ww]e|[Uu]s|[Oo]ur(?:s|selves)?|[Mm](?:e|y|yself)"
    r"|I(?=['’ ](?:m|ve|ll|d|am|have|had|was|do|don|did|didn|think|know|want|will|would|can|could|should|say|said|feel|felt|"
    r"believe|hope|just|never|always)\b))\b"
)
"""The words of `OWED` where they are words; “US” and “Elizabeth I” are none."""

DETERMINERS = frozenset("the The a an An".split())

ABBREVIATIONS = frozenset(
    "inc corp co cos ltd plc llc bros jr sr mr mrs ms dr prof rev hon messrs mme mlle gen col capt lt lieut sgt maj cmdr adm "
    "cpl pvt supt gov sen rep reps sens pres sec min amb atty st mt ft ave blvd rd sq dept univ assn assoc inst intl natl no vol "
    "vs etc esq ph wm geo chas thos jas jos ala ariz ark calif colo conn del fla ga ill ind kan ky la mass mich minn miss mo mont "
    "neb nev okla ore pa tenn tex va vt wash wis wyo".split()
)
"""What keeps its full stop."""

TITLES = frozenset(
    "Mr Mr. Mrs Mrs. Ms Ms. Miss Dr Dr. Prof Prof. Professor Sir Dame President Chancellor Senator Sen. Rep. Congressman "
    "Congresswoman Governor Gov. Mayor Minister Secretary Ambassador General Gen. Colonel Col. Captain Capt. Lieutenant Lt. "
    "Sergeant Sgt. Judge Justice Rev. Reverend Bishop Pope King Queen Prince Princess spokesman spokeswoman spokesperson".split()
)
"""Words before a person's name."""
BODIES = frozenset(
    "Inc Corp Corporation Ltd LLC Plc PLC GmbH University College Institute Ministry Department Agency Authority Commission Committee "
    "Council Association Foundation Party Union Federation Bank Company Group Court Parliament Congress Senate Club Society".split()
)
"""With which the name of a body ends."""
DEMONYM_ENDINGS = ("ian", "ean", "ese", "ish")
DEMONYMS = frozenset(
    "American Mexican German African Afghan Iraqi Israeli Pakistani Bangladeshi Saudi Kuwaiti Yemeni French Dutch Greek Swiss "
    "Thai Czech Moroccan Cuban Korean Kenyan Libyan Lebanese Tibetan Chilean".split()
)
"""Adjectives of places; others are known by their endings."""

CAPITALS = frozenset(
    "abuja amman ankara athens baghdad baku bangkok beijing beirut belgrade berlin bern bogota bogotá brasilia brasília "
    "brussels bucharest budapest cairo canberra caracas copenhagen damascus delhi dhaka dublin hanoi harare havana helsinki "
    "islamabad jakarta kabul khartoum kiev kyiv lisbon london madrid manila minsk moscow nairobi nicosia oslo ottawa "
    "paris prague pretoria pyongyang riga riyadh rome santiago sarajevo seoul sofia stockholm taipei tallinn tbilisi tehran "
    "tokyo tripoli tunis vienna vilnius warsaw washington yerevan zagreb".split()
) | {"addis ababa", "new delhi"}
"""Capitals whose names stand for a government; not those that are a country's name, too (Luxembourg, Mexico, Singapore)."""

OPENERS = HUMAN | THING | PLURAL | frozenset("this that these those i we you my our your".split())
"""Pronouns that leave a sentence unclear when it opens with them."""

NEGATION = re.compile(r"(?i)\b(?:not|never|no|nor|neither|none|nobody|nothing|nowhere|without|cannot|[a-z]+n[’']t)\b")

NEGATED = re.compile(r"\b(?:not|never|no|nor|neither|none|nobody|nothing|nowhere|without|cannot)\b|n[’']t\b")
"""As NEGATION, of words in lower case: several times as fast."""

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thur thurs", "friday fri", "saturday sat", "sunday sun"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
"""Weekday → its number in ISO 8601 (Monday is 1)."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
"""Month → its number."""

BACKWARD = frozenset("last ago yesterday previous".split())
FORWARD = frozenset("next tomorrow coming upcoming forthcoming".split())
"""Words of a time that put it before or after the moment of writing."""

DAYS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
"""Word → how many days from the day of writing."""

NIGHT = frozenset("night midnight overnight eve".split())
"""A date with one of these may mean the day after."""

RECKONING = frozenset(
    "before after since until till from ago earlier later hence following preceding prior fiscal financial season".split()
)
"""In a time, a date beside one of these may be another than the time's own (“the year before 2018”)."""

NUMBERS = {
    word: number
    for number, words_ in enumerate(
        "a/an/one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), start=1
    )
    for word in words_.split("/")
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
LARGER = frozenset("hundred thousand million dozen couple few several half quarter and or to first".split())
"""Words that make a count of more than its one number."""

UNITS = {
    word: unit
    for unit, names in {
        "TS": "second seconds", "TM": "minute minutes min", "TH": "hour hours hrs", "D": "day days", "W": "week weeks",
        "M": "month months", "Y": "year years", "DE": "decade decades", "CE": "century centuries",
    }.items()
    for word in names.split()
}  # fmt: skip
"""Unit of time → its letters in a TIMEX3 duration, T before those of the clock."""

APPROXIMATE = frozenset("approximately about around nearly almost roughly some circa ca.".split())
"""Words that make a time inexact where it begins with them."""

MODIFIERS = {
    "more than": "MORE_THAN", "longer than": "MORE_THAN", "less than": "LESS_THAN", "fewer than": "LESS_THAN",
    "at least": "EQUAL_OR_MORE", "no less": "EQUAL_OR_MORE", "at most": "EQUAL_OR_LESS", "up to": "EQUAL_OR_LESS",
}  # fmt: skip
"""The first two words of a length of time → its mod."""

PREPOSITIONS = frozenset("on in at by during from since until till for of to through throughout within into".split())
"""With which no time is marked; before and after may change what it means."""

NEGATORS = ("not ", "n’t ", "n't ", "never ", "no ", "No ")
"""Words that deny what follows, with the space after them."""

UNDER_NEGATION = frozenset(
    "be been being have has had having is was are were yet ever even still also to get got any such single one "
    "further new more direct formal official immediate other longer".split()
)
"""Words between a negation and what it denies; adverbs in -ly are others."""

HALF_NEGATED = frozenset("only merely simply solely necessarily fully entirely completely wholly exactly".split())
"""Adverbs that take the negation upon themselves: what is “not only” done is done."""

DENYING = tuple(
    "deny deni refus refut reject fail declin avoid avert cancel lack absen prevent stop halt block unable unwilling "
    "banned banning abandon scrap postpon suspend refrain unlikely hardly barely scarcely rarely seldom few little fals "
    "hoax untrue forg skip missed missing dismiss drop instead rather ruled yet ceas withh withdr resist oppose excluded "
    "spared thwart foil abort doubt disput contradict prohibit forbid forbad boycott stall delay unsuccess unfulfil "
    "attempt non-".split()
)
"""Beginnings of words that deny, refuse or fail."""

BEFORE_A_WILL = frozenset("the a his her their free good own".split())
"""After one of these, “will” is a noun."""

NEVER_TRIGGERS = frozenset(
    word
    for lower in "a an the of in at to from with by for and or but nor if when while as than who whose whom will would shall should".split()
    for word in (lower, lower.capitalize())
)
"""Words that name nothing that happens. “On” and “up” may, as particles; “it” and “that” may stand for an event."""

SAYING = frozenset(
    "said says say saying told tells stated states stating announced announces announcing remarked remarks noted "
    "mentioned replied answered asked declared insisted claimed alleged explained added reported wrote tweeted "
    "confirmed denied refuted asserted asserts warned urged pledged promised vowed testified".split()
)
"""Cues that report speech and nothing else."""

THINKING = frozenset(
    "thought thinks think thinking believed believes believe hoped hopes feared fears felt feels".split()
)
"""Cues that report thought."""

AUXILIARIES = frozenset(
    "has have had having is are was were be been being do does did will would can could may might must shall should".split()
)

FUNCTION_WORDS = frozenset(
    "that this these those with from into onto upon over under about after before between against because while when "
    "where which what whom whose there their them they your yours ours mine have having been being were will would could "
    "should shall might must than then also even just only very much many more most some such each both same other "
    "another here ever once again still yet does doing done".split()
) | {w for w in AUXILIARIES if len(w) > 3}
"""Words of four letters or more that say little by themselves."""

AFTER_THAT = HUMAN | THING | PLURAL | SPEAKING | frozenset(
    "a an the there this these those such some many most all no none nobody nothing every each both either neither "
    "if when while although since because".split()
)  # fmt: skip
"""Words that tell the “that” before a clause from one that points at something."""

EXPLETIVE = re.compile(
    r"It(?:['’]s|['’]d|['’]ll| (?:is|was|are|were|be|been|has|had|have|will|would|can|could|may|might|must|should|seems?|"
    r"seemed|appears?|appeared|remains?|remained|takes?|took|follows?|turns?|turned|matters?|makes?|made))\b"
    r"(?:.*\b(?:that|to|if|whether|for|how|who|whom|what|when|where|why|which|because|since|until|before|as|like|[a-z]+ing)\b"
    r"|.*\b(?:late|early|cold|hot|warm|dark|time|rain|rains|snow|o['’]clock|a\.m|p\.m)\b)"
)
"""“It would be wise to …”, “It is late”: an “it” that stands for nothing earlier."""


def words(text: str) -> list[str]:
    """Lower-case words, apostrophes unified."""
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text.lower().replace("’", "'"))
