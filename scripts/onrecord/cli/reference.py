"""The reference of all commands, scripts/COMMANDS.md: made of what each says in its own help.

`python -m onrecord.cli.reference` prints it. Names, help and defaults are those of the commands as they run; the form of
a value is read from the type that its parameter is declared with.
"""

import re
from collections.abc import Iterator
from enum import Enum
from inspect import cleandoc
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import typer
from msgspec import Struct

from ..files.limits import Limits, variable
from .main import app

NAME = "onrecord"
VARIABLES = {
    "LABEL_STUDIO_URL": "Address of the Label Studio server, where `--url` gives none.",
    "LABEL_STUDIO_API_KEY": "API key for it, where `--api-key` gives none.",
    "LABEL_STUDIO_PROJECT": "Id or title of the project, where `--project` gives none.",
    "ONRECORD_LABEL_STUDIO": "The program `label-studio`, where `--program` gives none.",
    "XDG_CONFIG_HOME": "Folder of `onrecord/config.toml`, a user's own settings; `~/.config` without it.",
    "HF_TOKEN": "Token for the Hugging Face Hub, where `--token-file` gives none.",
    "HF_ENDPOINT": "Address of the Hub, where it is another.",
    "HF_DEBUG": "If set, the Hub's client says what it does.",
    "SOURCE_DATE_EPOCH": "Seconds since 1970 to be taken for the present time: output is the same in every run.",
    "CI": "If set, no progress is shown.",
}
"""The environment variables that commands heed, besides those of the limits."""
_HEAD = """\
# The commands

<!-- Made by `python -m onrecord.cli.reference` of the commands' help; change that help, not this file. -->

What `--help` says of each command, on one page. Exit codes: 0 clean, 1 findings, 2 wrong usage, 130 after Ctrl-C, 141 where nobody reads the output any more.
A value with `…` may be given more than once. `--help` goes with every command."""
_ENVIRONMENT = """\
## Environment

| variable | what |
|---|---|"""
_LIMITS = """\
What is read has limits (`FIL009`), each raised by a variable of its own:

| variable | default | what |
|---|---|---|"""


class Parameter(Struct, frozen=True):
    """An argument or option of a command.

    Attributes:
        names: as written in a call: `-o` and `--output`; of an argument its metavariable.
        value: form of an option's value, such as `PATH` or `text|json`; empty for a switch and for an argument.
        default: the value without it, as written in a call; empty where there is none.
        help: its help text; empty if it has none.
    """

    names: tuple[str, ...]
    value: str
    default: str
    help: str
    required: bool
    argument: bool


class Command(Struct, frozen=True):
    """A command; `name` is written after `onrecord`, with the names of its groups, and empty for `onrecord` itself."""

    name: str
    help: str
    parameters: tuple[Parameter, ...]

    @property
    def whole(self) -> str:
        """The name with `onrecord`."""
        return f"{NAME} {self.name}".strip()

    @property
    def first_line(self) -> str:
        """What the list of commands says of it."""
        return self.help.partition("\n")[0]

    def usage(self) -> str:
        """A call, in one line."""
        options = [p for p in self.parameters if not p.argument]
        words = [self.whole, *(f"{p.names[-1]} {p.value}" for p in options if p.required)]
        words += ["[OPTIONS]"] * any(not p.required for p in options)
        words += [p.names[0] if p.required else f"[{p.names[0]}]" for p in self.parameters if p.argument]
        words += ["COMMAND …"] * (not self.name)
        return " ".join(words)


def commands() -> Iterator[Command]:
    """`onrecord` itself, then all commands that are not hidden, in the order of `onrecord --help`."""

    def walk(shown: Any, name: str) -> Iterator[Command]:
        for part, command in shown.commands.items():
            whole = f"{name} {part}".strip()
            if hasattr(command, "commands"):
                yield from walk(command, whole)
            elif not command.hidden:
                yield _command(whole, command)

    root = typer.main.get_command(app)
    yield _command("", root)
    yield from walk(root, "")


def markdown() -> str:
    """scripts/COMMANDS.md."""
    every = list(commands())
    lines = [_HEAD, "", "| command | what |", "|---|---|"]
    lines += [f"| [`{c.whole}`](#{_anchor(c.whole)}) | {_cell(c.first_line)} |" for c in every if c.name]
    for c in every:
        lines += ["", f"## `{c.whole}`", "", _text(c.help), "", "```text", c.usage(), "```"]
        if c.parameters:
            lines += ["", "| argument or option | default | what |", "|---|---|---|", *map(_row, c.parameters)]
    lines += ["", _ENVIRONMENT, *(f"| `{name}` | {what} |" for name, what in VARIABLES.items())]
    lines += ["", _LIMITS, *_limits(), ""]
    return "\n".join(lines)


def _command(name: str, shown: Any) -> Command:
    """`shown` is a command of Typer."""
    types = get_type_hints(shown.callback, include_extras=True) if shown.callback else {}
    parameters = (_parameter(p, types.get(p.name)) for p in shown.params if not getattr(p, "hidden", False))
    return Command(name, cleandoc(shown.help or ""), tuple(parameters))


def _parameter(shown: Any, declared: Any) -> Parameter:
    """`shown` is a parameter of Typer, `declared` its type in the command's signature."""
    argument = shown.param_type_name == "argument"
    if argument:
        names, value = (f"{shown.metavar or shown.name.upper()}{'…' * (shown.nargs == -1)}",), ""
    else:
        names, value = (*sorted(shown.opts, key=len), *shown.secondary_opts), shown.metavar or _form(declared, shown)
        value += " …" * bool(shown.multiple)
    variables = [shown.envvar] if isinstance(shown.envvar, str) else shown.envvar or ()
    words = " ".join([shown.help or "", *(f"Also from {v}." for v in variables)]).strip()
    return Parameter(names, value, _default(shown), words, bool(shown.required), argument)


def _row(parameter: Parameter) -> str:
    names = ", ".join(_code(n) for n in parameter.names)
    value = f" {_code(parameter.value)}" if parameter.value else ""
    default = "required" if parameter.required else _code(parameter.default) if parameter.default else ""
    return f"| {names}{value} | {default} | {_cell(parameter.help)} |"


def _limits() -> Iterator[str]:
    """What the limits' own documentation says of each."""
    what: dict[str, str] = {}
    name = ""
    for line in cleandoc(Limits.__doc__ or "").partition("Attributes:\n")[2].splitlines():
        begun = re.match(r" {4}(\w+): (.*)", line)
        name, words = (begun[1], begun[2]) if begun else (name, line.strip())
        what[name] = f"{what[name]} {words}" if name in what else words
    for field, value in zip(Limits.__struct_fields__, Limits.__struct_defaults__, strict=True):
        yield f"| `{variable(field)}` | `{value}` | {_cell(what[field][:1].upper() + what[field][1:])} |"


def _form(declared: Any, shown: Any) -> str:
    """How a value of a type is written; nothing for a switch."""
    kind = get_origin(declared)
    if kind is Annotated:
        return _form(get_args(declared)[0], shown)
    if kind is Literal:
        return "|".join(map(str, get_args(declared)))
    if kind in (list, Union, UnionType):
        inner, *others = [t for t in get_args(declared) if t is not type(None)]
        assert not others, declared
        return _form(inner, shown)
    if declared is bool:
        return ""
    if declared is int:
        least, most = shown.min, shown.max
        return "N" if most is None else f"{least}–{most}"
    if isinstance(declared, type) and issubclass(declared, Enum):
        return "|".join(str(m.value) for m in declared)
    return {Path: "PATH", str: "TEXT"}[declared]


def _default(shown: Any) -> str:
    value = shown.default
    if isinstance(value, bool):
        return str((shown.opts if value else shown.secondary_opts or [""])[0])
    if isinstance(value, Enum):
        return str(value.value)
    return "" if value is None or value == () else str(value)


def _anchor(heading: str) -> str:
    """The place that GitHub gives a heading."""
    return heading.replace(" ", "-")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _text(text: str) -> str:
    """Help as Markdown: options stand as code. Tests tell if anything else becomes a mark."""
    return re.sub(r"(?<![`\w-])--?[a-z][a-z-]*", r"`\g<0>`", text)


def _cell(text: str) -> str:
    return _text(" ".join(text.split())).replace("|", "\\|")


if __name__ == "__main__":
    print(markdown(), end="")
