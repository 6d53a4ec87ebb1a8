"""The public function `onrecord.build`: a thin front of what builds."""

from collections.abc import Callable
from pathlib import Path

from ..checking.policy import chosen
from ..checking.public import Corpus, PathLike
from ..files.limits import lowered
from . import building


def build(
    corpus: Corpus | PathLike,
    folder: PathLike,
    *,
    text: bool = True,
    labelstudio: bool = True,
    proof: bool = True,
    progress: Callable[[str], None] = lambda words: None,
) -> building.Summary:
    """Build the dataset of a corpus, and Label Studio tasks, into a folder, as `onrecord build` does. Needs `onrecord[datasets]`.

    What counts as wrong is by the corpus's settings. The folder is replaced whole, or stays as it was.

    Args:
        text: whether the dataset holds the articles; without them, there are no tasks either.
        labelstudio: whether tasks are made.
        proof: whether the dataset is loaded with `load_dataset` and compared.
        progress: called with what is being done, in words.

    Returns:
        Numbers of records, rows and tasks, and the warnings.

    Raises:
        InvalidData: the corpus has errors; nothing was written.
        ValueError: the folder holds something else, or the settings are malformed.
    """
    path = corpus.path if isinstance(corpus, Corpus) else Path(corpus)
    policy, found = chosen(path)
    with lowered(found.limits):
        return building.build(path, Path(folder), progress, text=text, tasks=labelstudio, proof=proof, policy=policy)
