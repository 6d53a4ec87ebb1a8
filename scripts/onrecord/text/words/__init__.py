"""Word lists by language: `words("en")`. What each list holds and how its file is written is told in `pack`."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, get_type_hints

from .pack import NOTHING, Pack, Words

__all__ = ["NOTHING", "Pack", "Words", "assumed", "languages", "made", "primary", "words"]

_TYPES = get_type_hints(Pack)


def words(language: str) -> Pack | None:
    """The pack of a language (its primary subtag, see `primary`); None where there is none.

    Raises:
        ValueError: a file of the pack is out of form.
    """
    return _pack(language) if language in languages() else None


@cache
def _pack(language: str) -> Pack:
    try:
        return made([file.read_text("utf-8") for file in _files(files(__name__) / language)])
    except ValueError as error:
        raise ValueError(f"text/words/{language}: {error}") from None


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without script and region, in lower case: `de` of `de-AT`."""
    return tag.partition("-")[0].lower()


def assumed(language: str) -> Pack:
    """As `words`; where a language has no pack, or is not known, the English one: for guesses that people look at."""
    return words(language) or words("en") or NOTHING


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a pack."""
    return tuple(sorted(place.name for place in files(__name__).iterdir() if place.is_dir() and any(_files(place))))


def _files(folder: Traversable) -> list[Traversable]:
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


def made(texts: Iterable[str]) -> Pack:
    """A pack of the texts of its TOML files.

    Raises:
        ValueError: a text is no TOML, a list stands twice or is none of a pack's, or is out of form; says which.
    """
    raw: dict[str, Any] = {}
    for text in texts:
        found = tomllib.loads(text)
        if twice := raw.keys() & found.keys():
            raise ValueError(f"given twice: {', '.join(sorted(twice))}")
        raw |= found
    if unknown := raw.keys() - _TYPES.keys():
        raise ValueError(f"no list of a pack: {', '.join(sorted(unknown))}")
    return Pack(**{name: _value(name, raw) for name in raw})


def _value(name: str, raw: dict[str, Any]) -> Any:
    """What the field of a pack holds, as its type says."""
    value, type_ = raw[name], _TYPES[name]
    if type_ in (bool, str):
        return _of(name, value, type_)
    if type_ == Words:
        return frozenset(_taken_in(name, raw))
    if type_ == tuple[str, ...]:
        return tuple(_split(name, value))
    if type_ == re.Pattern[str] | None:
        return re.compile(_of(name, value, str))
    table = {key: _split(name, said) for key, said in _of(name, value, dict).items()}
    if type_ == dict[str, Words]:
        return {key: frozenset(said) for key, said in table.items()}
    turned: dict[str, int | str] = {}
    for key, said in table.items():
        for word in said:
            if word in turned:
                raise ValueError(f"{name}: {word} stands twice")
            turned[word] = int(key) if type_ == dict[str, int] else key
    return turned


def _taken_in(name: str, raw: dict[str, Any]) -> Iterable[str]:
    """The words of a list, with those of the lists that it takes in."""
    for word in _split(name, raw[name]):
        other = word[1:].replace(" ", "_")
        if word[0] != "@":
            yield word
        elif other in raw and other != name and _TYPES.get(other) == Words:
            yield from _taken_in(other, raw)
        else:
            raise ValueError(f"{name}: {word} is no list of words of this language")


def _split(name: str, value: Any) -> list[str]:
    return [word.replace("_", " ") for word in _of(name, value, str).split()]


def _of(name: str, value: Any, type_: type) -> Any:
    if not isinstance(value, type_):
        raise ValueError(f"{name}: a {type_.__name__} is wanted, not {value!r}")
    return value
