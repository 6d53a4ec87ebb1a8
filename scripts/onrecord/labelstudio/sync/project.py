"""The project on the server: found or made, with our configuration and the guidelines as its instruction."""

import html
import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

from msgspec import Struct

from ..codec.mapping import PASSES, SPAN
from .client import Client
from .errors import ServerError


class Project(Struct, frozen=True):
    """A project. `config` tells what was done about its labelling configuration: made, equal, updated.

    `dropped`: the labels and choices that the one before had and ours has not, each control's in a text.
    """

    id: int
    title: str
    config: str
    dropped: tuple[str, ...] = ()


def ensure(
    client: Client,
    name: str,
    config: str,
    guidelines: str | None,
    own: bool,
    say: Callable[[str], None],
    layers: Sequence[str] | None = None,
) -> Project:
    """The project of this id or title, made if there is none of the title; with our configuration.

    Args:
        layers: the pass that the configuration is of; the project's tasks must be of it, too.
        guidelines: Markdown for the instruction; somebody else's instruction stays unless the project is our `own`.

    Raises:
        ServerError: it has another team's configuration, which ours would orphan; or what `Client` raises.
    """
    found = client.project(name)
    told = {"expert_instruction": instruction(guidelines), "show_instruction": True} if guidelines else {}
    if found is None:
        say(f"making the project “{name}”")
        made = client.create_project(title=name, label_config=config, **told)
        return Project(int(made["id"]), str(made["title"]), "made")
    id, title, present = int(found["id"]), str(found["title"]), str(found.get("label_config") or "")
    if not _ours(present) and found.get("task_number"):
        message = f"the project “{title}” ({id}) has a labelling configuration of somebody else's"
        raise ServerError(f"{message}; name another project")
    if found.get("task_number") and (shows := _pass(client, id)) is not None and shows != (layers or PASSES):
        message = f"the tasks of the project “{title}” ({id}) show {', '.join(shows)}"
        raise ServerError(f"{message}: say --layers {','.join(shows)}, or name another project")
    wanted = told if own or not found.get("expert_instruction") else {}
    if _canonical(present) == _canonical(config):
        done = "equal"
    else:
        wanted, done = {**wanted, "label_config": config}, "updated"
    if wanted:
        client.update_project(id, **wanted)
    return Project(id, title, done, dropped(present, config) if done == "updated" else ())


def _pass(client: Client, project: int) -> tuple[str, ...] | None:
    """The layers that a project's tasks show, by the first of them; None if it is not ours."""
    task = next((t for page in client.pages(project, size=1, include="id,data") for t in page), {})
    data = task.get("data")
    carried = data.get("onrecord") if isinstance(data, dict) else None
    return tuple(carried.get("layers") or PASSES) if isinstance(carried, dict) else None


def dropped(before: str, after: str) -> tuple[str, ...]:
    """What a labelling configuration offered and another does not: `Choices “tone”: calm, angry`, a control each."""
    left = _offered(after)
    found = []
    for (tag, name), values in _offered(before).items():
        gone = [v for v in values if v not in left.get((tag, name), {})]
        if gone or (tag, name) not in left:
            found.append(f"{tag} “{name}”{': ' if gone else ''}{', '.join(gone)}")
    return tuple(found)


def _offered(config: str) -> dict[tuple[str, str], dict[str, None]]:
    """The controls of a configuration by tag and name, with their values in order; none of what is no XML."""
    try:
        root = ET.fromstring(config or "<View/>")
    except ET.ParseError:
        return {}
    found: dict[tuple[str, str], dict[str, None]] = {}
    for control in root.iter():
        relations = control.tag == "Relations"  # the one control without a name of its own
        if relations or (control.get("toName") and control.get("name")):
            values = [v for e in control.iter() if e is not control and (v := e.get("value"))]
            found.setdefault((control.tag, control.get("name", "")), {}).update(dict.fromkeys(values))
    return found


def _ours(config: str) -> bool:
    """Whether a configuration is empty, or one that we made, be it of an earlier version."""
    try:
        root = ET.fromstring(config or "<View/>")
    except ET.ParseError:
        return False
    return not len(root) or any(e.tag == "Labels" and e.get("name") == SPAN for e in root.iter())


def _canonical(config: str) -> str:
    try:
        return ET.canonicalize(config, strip_text=True)
    except ET.ParseError:
        return config


_INLINE = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*]*?)\*(?![\w*])"), r"<i>\1</i>"),
    (re.compile(r"~~(.+?)~~"), r"<s>\1</s>"),
    (re.compile(r"\[\[([^\[\]]+)\]\]"), r"<u>\1</u>"),
    (re.compile(r"\[([^\[\]]+)\]\(([^)\s]+)\)"), r"\1"),
)


def _inline(text: str) -> str:
    found = html.escape(text.strip(), quote=False)
    for pattern, replacement in _INLINE:
        found = pattern.sub(replacement, found)
    return found


def instruction(markdown: str) -> str:
    """Guidelines in Markdown as the simple HTML that Label Studio lets through: headings, lists, tables, code."""
    found: list[str] = []
    open_: str | None = None

    def switch(tag: str | None) -> None:
        nonlocal open_
        if open_ != tag:
            if open_:
                found.append(f"</{open_}>")
            if tag:
                found.append(f"<{tag}>")
            open_ = tag

    code = False
    paragraph: list[str] = []

    def flush() -> None:
        if paragraph:
            found.append(f"<p>{_inline(' '.join(paragraph))}</p>")
            paragraph.clear()

    for line in markdown.splitlines():
        if line.startswith("```"):
            flush()
            switch(None)
            code = not code
            found.append("<pre>" if code else "</pre>")
        elif code:
            found.append(html.escape(line, quote=False))
        elif match := re.match(r"(#{1,6}) +(.*)", line):
            flush()
            switch(None)
            level = min(len(match[1]) + 1, 6)
            found.append(f"<h{level}>{_inline(match[2])}</h{level}>")
        elif match := re.match(r"\s*(?:[-*]|(\d+)\.) +(.*)", line):
            flush()
            switch("ol" if match[1] else "ul")
            found.append(f"<li>{_inline(match[2])}</li>")
        elif line.lstrip().startswith("|"):
            flush()
            cells = [c.strip() for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            if all(re.fullmatch(r":?-+:?", c) for c in cells):
                continue
            tag = "td" if open_ == "table" else "th"
            switch("table")
            found.append("<tr>" + "".join(f"<{tag}>{_inline(c)}</{tag}>" for c in cells) + "</tr>")
        elif not line.strip():
            flush()
            switch(None)
        else:
            switch(None)
            paragraph.append(line)
    flush()
    switch(None)
    return "\n".join(found)
