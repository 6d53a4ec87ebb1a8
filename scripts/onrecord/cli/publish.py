"""`onrecord publish`: a corpus to the Hugging Face Hub."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..checking import report
from ..checking.report.visible import visible
from ..files.corpus_folder import is_repository
from ..files.limits import OverLimit
from ..files.reading import MissingPackage, Outside
from ..files.writing import NotWritten
from ..findings.finding import Finding, InvalidData
from .base import AllowRoot, err, need, out, show, terminable, there, usage
from .checking import policy_of

if TYPE_CHECKING:
    from ..publish.publication import Plan

_SHOWN = 40
"""Files listed of a dry run."""


def publish_command(
    repo: Annotated[str, typer.Argument(metavar="ORG/NAME", help="The dataset repository on the Hub.")],
    corpus: Annotated[Path, typer.Argument(help="A corpus: a folder with records/ and corpus.toml.")] = Path("corpus"),
    private: Annotated[bool, typer.Option("--private", help="Make a new repository private.")] = False,
    tag: Annotated[
        str | None, typer.Option(help="The tag to set; v and the version of corpus.toml without it.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing; reading is enough.")
    ] = False,
    include_text: Annotated[
        bool, typer.Option("--include-text", help="Publish texts under no open licence, too.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse on warnings, too.")] = False,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token; else HF_TOKEN, or that of `hf auth login`.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder to build in, and keep; a temporary one without it.")
    ] = None,
    allow_root: AllowRoot = None,
) -> None:
    """Validate, build and publish a corpus on the Hugging Face Hub: one commit, then the tag of its version."""
    need("datasets", "datasets", "pyarrow", "huggingface_hub")
    if not is_repository(repo):
        usage(f"{repo!r} is no repository; name it as ORG/NAME")
    there(corpus)
    from ..publish.hub import Hub, HubError, login, quiet
    from ..publish.publication import Options, Publication, Refused

    policy, always_strict = policy_of([corpus])

    def fails(warnings: list[Finding]) -> list[Finding]:
        return warnings if strict or always_strict else []

    options = Options(private=private, tag=tag, include_text=include_text, dry_run=dry_run, output=output)
    job = None
    try:
        with terminable(), err.status("validating") as status, quiet():

            def progress(words: str) -> None:
                if err.is_terminal:
                    status.update(words)
                elif not words.endswith("records"):  # a log wants steps, not counts
                    err.print(visible(words), markup=False)

            known = login(token_file) if token_file is not None else None

            def connect() -> Hub:
                """To log in may mean to ask, in a CI."""
                return Hub(repo, known or login(), progress)

            job = Publication(corpus, connect, options, progress, fails, policy)
            plan = job.run()
    except InvalidData as error:
        show(error.findings)
        err.print(f"nothing was published: {report.summary(error.findings, 0).split(': ', 1)[1]}", markup=False)
        raise typer.Exit(1) from None
    except Refused as error:
        if dry_run and error.plan:
            _print(error.plan, repo)
        show(error.findings)
        err.print("nothing was published", markup=False)
        raise typer.Exit(1) from None
    except HubError as error:
        usage(visible(f"{error}; {job.state}" if job else str(error)))
    except (Outside, OverLimit, NotWritten):
        raise  # told as in every command
    except (ValueError, OSError, MissingPackage) as error:
        usage(visible(str(error)))
    except (KeyboardInterrupt, SystemExit) as stop:
        err.print(f"stopped: {job.state if job else 'nothing was published'}", style="red", markup=False)
        raise typer.Exit(stop.code if isinstance(stop, SystemExit) and isinstance(stop.code, int) else 130) from None
    if dry_run:
        _print(plan, repo)
        return
    for note in plan.notes:
        err.print(visible(note), markup=False)
    out.print(visible(plan.texts), markup=False)
    if plan.changed:
        out.print(f"{repo} is now version {plan.version}, tag {plan.tag}: {job.hub.url}/tree/{plan.tag}", markup=False)
    else:
        tag_words = "the tag is there, too" if plan.tagged else f"the tag {plan.tag} was set"
        out.print(f"{repo} holds this content already; {tag_words}", markup=False)
    out.print(f'load_dataset("{repo}", "records", revision="{plan.tag}")', markup=False)


def _print(plan: "Plan", repo: str) -> None:
    """What would be done."""
    from ..publish.hub import size

    before = "a new repository" if plan.head is None else f"version {plan.old}" if plan.old else "no version yet"
    out.print(f"{repo}: {before} → version {plan.version}", markup=False)
    out.print(visible(plan.texts), markup=False)
    for word, files in (("add", plan.add), ("change", plan.change), ("delete", plan.delete)):
        for path, n in list(files.items())[:_SHOWN]:
            out.print(visible(f"{word:8}{path} ({size(n)})"), markup=False)
        if len(files) > _SHOWN:
            out.print(f"{word:8}{len(files) - _SHOWN} files more", markup=False)
    if not plan.changed:
        out.print("nothing to add, change or delete", markup=False)
    for reason in plan.reasons:
        out.print(visible(f"{reason.level.name.lower():8}{reason.what}"), markup=False)
    out.print(f"tag     {plan.tag}{' (is there)' if plan.tagged else ''}", markup=False)
    for note in plan.notes:
        out.print(visible(note), markup=False)
