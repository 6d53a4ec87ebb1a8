"""Closed lists of English words that rules look at; a rule that uses them says nothing of other languages."""

import re

LANGUAGE = "en"

HUMAN = frozenset("he him his himself she her hers herself who whom whose".split())
"""Third-person pronouns for people."""

SPEAKING = frozenset("i me my mine myself we us our ours ourselves you your yours yourself yourselves".split())
"""First and second person: people, and bodies that speak."""

THING = frozenset("it its itself".split())

PLURAL = frozenset("they them their theirs themselves".split())

POINTING = frozenset("this that these those which what one ones".split())

PRONOUNS = HUMAN | SPEAKING | THING | PLURAL | POINTING | frozenset(
    "each other another both all some any none everyone everybody someone somebody anyone anybody nobody "
    "everything something anything nothing either neither many most few several others thou thee thy thine ye".split()
)  # fmt: skip
"""Words that may be a pronoun as a whole mention."""

OPENERS = HUMAN | THING | PLURAL | frozenset("this that these those i we you my our your".split())
"""Pronouns that leave a sentence unclear when it opens with them."""

NEGATION = re.compile(
    r"(?i)\b(?:not|never|no|nor|neither|none|nobody|nothing|nowhere|without|cannot|[a-z]+n[’']t)\b"
)

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

SAYING = frozenset(
    "said says say saying told tells stated states stating announced announces announcing remarked remarks noted "
    "mentioned replied answered asked declared insisted claimed alleged explained added reported wrote tweeted "
    "confirmed denied refuted asserted asserts warned urged pledged promised vowed testified".split()
)
"""Cues that report speech and nothing else."""

THINKING = frozenset("thought thinks think thinking believed believes believe hoped hopes feared fears felt feels".split())
"""Cues that report thought."""


def words(text: str) -> list[str]:
    """Lower-case words, apostrophes unified."""
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text.lower().replace("’", "'"))
