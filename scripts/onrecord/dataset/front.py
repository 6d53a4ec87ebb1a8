"""The YAML at the head of a dataset's card, which anybody may have written: read within bounds, or refused with its line."""

from typing import Any

_DEEPEST = 40
"""Levels of a card's YAML; the features of a nested column have about twenty."""


class FrontError(ValueError):
    """The YAML is none, or none that a card has; `line` is that of the card."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def divided(card: str) -> tuple[str, str]:
    """A card's YAML and its Markdown; the YAML is empty where there is none."""
    pieces = card.split("---\n", 2)
    return (pieces[1], pieces[2]) if len(pieces) == 3 and not pieces[0].strip() else ("", card)


def parsed(text: str) -> dict[str, Any]:
    """The mapping that a card's YAML holds; no YAML is an empty one.

    Aliases are refused, since a few lines of them may stand for more than any memory holds.

    Raises:
        FrontError: it is no mapping, nested too deeply, or no YAML.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            line = event.start_mark.line + 2  # the first line of the card is the mark before the YAML
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent):
                raise FrontError("an alias (*) refers to another place", line)
            if depth > _DEEPEST:
                raise FrontError(f"it is nested more than {_DEEPEST} levels deep", line)
        found = yaml.load(text, loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FrontError(f"it is no YAML: {error.problem or error.context}", mark.line + 2 if mark else 1) from None
    except FrontError:
        raise
    except (
        yaml.YAMLError,
        ValueError,
        AttributeError,
        LookupError,
        TypeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        # dates and numbers that are none end in whatever Python says of them
        words = str(error).splitlines() or [type(error).__name__]
        raise FrontError(f"it holds a value that can't be read: {words[0][:200]}") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise FrontError("it does not say of fields what they are")
    return found


def mappings(value: Any) -> list[dict[str, Any]]:
    """The mappings in a value of a card that should be a list of them, or is one alone; what else is there is passed over."""
    listed = value if isinstance(value, list) else [value]
    return [x for x in listed if isinstance(x, dict)]
