"""A reader of its own: loads every config and split of a dataset and prints a hash of the rows. Needs `datasets` alone.

    python tests/reader.py FOLDER

Tests run it with the newest `datasets` and, by the interpreters that ONRECORD_READERS names (separated by `:`), with
the oldest that the card promises. Nothing may be asked of the network: a connection is an error.
"""

import hashlib
import json
import os
import socket
import sys
import tempfile

os.environ["HF_HUB_OFFLINE"] = os.environ["HF_DATASETS_OFFLINE"] = "1"


def refused(*args: object) -> None:
    raise OSError("a connection was asked for")


def main(folder: str) -> None:
    import datasets

    socket.socket.connect = refused  # type: ignore[method-assign]
    quiet = getattr(datasets, "disable_progress_bars", None) or datasets.disable_progress_bar
    quiet()
    found: dict[str, dict[str, dict[str, str]]] = {}
    for config in datasets.get_dataset_config_names(folder):
        for way in ("plain", "streaming"):
            with tempfile.TemporaryDirectory() as cache:
                loaded = datasets.load_dataset(folder, config, streaming=way == "streaming", cache_dir=cache)
                for split, rows in loaded.items():
                    digest = hashlib.sha256()
                    for row in rows:
                        digest.update(json.dumps(row, sort_keys=True).encode())
                    found.setdefault(config, {}).setdefault(split, {})[way] = digest.hexdigest()
    print(json.dumps({"version": datasets.__version__, "rows": found}))


if __name__ == "__main__":
    main(sys.argv[1])
