"""The mutation gate: every damage to a good record is found, by the right code, with its place, without a traceback."""

import os
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.json import decode, encode

from damage import Mutant, sample
from draws import FULL, draws, part
from helpers import EXAMPLE, ROOT, SEED
from onrecord.checking.shape import accepted
from onrecord.checking.validate import check_source
from onrecord.model import specification
from onrecord.model.record import Record
from strategies import records

SEED_VALUE: dict[str, Any] = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes())


def misses(mutant: Mutant, known: frozenset[str] = frozenset()) -> str | None:
    """Why a mutant counts as not found, or None."""
    _, findings = check_source(encode(mutant.make()), "mutant.json")
    hits = [f for f in findings if f.code in mutant.codes]
    if not hits:
        return f"found as {sorted({f.code for f in findings} - known)}, not as {sorted(mutant.codes)}"
    near = [
        f
        for f in hits
        if f.pointer is not None and (f.pointer.startswith(mutant.pointer) or mutant.pointer.startswith(f.pointer))
    ]
    if not near:
        return f"found at {[f.pointer for f in hits]}, not at {mutant.pointer}"
    for f in near:
        if f.line is None or f.column is None or not f.message or not f.fix or len(f.message) > 400:
            return f"without place, message or remedy: {f}"
    return None


@pytest.mark.parametrize("name", ["seed", "example"])
def test_every_mutant_is_found(name: str) -> None:
    each = int(os.environ.get("ONRECORD_MUTANTS", "2"))
    value = SEED_VALUE if name == "seed" else EXAMPLE
    missed, count = [], 0
    for mutant in part(sample(value, each if name == "seed" else 2 * each), 12):
        count += 1
        if why := misses(mutant):
            missed.append(f"{mutant.operator} at {mutant.pointer}: {why}")
    assert count > (500 if FULL else 40)
    assert not missed, "\n".join(missed)


@settings(
    max_examples=draws(15),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    derandomize=True,
)
@given(records(), st.integers(0, 1000))
def test_every_mutant_of_made_records_is_found(record: Record, seed: int) -> None:
    value = decode(encode(record))
    for mutant in part(sample(value, 1, seed), 6, seed):
        why = misses(mutant)
        assert why is None, f"{mutant.operator} at {mutant.pointer}: {why}"


def test_engines_give_one_verdict_on_damaged_records() -> None:
    """jsonschema is the authority; the accept path may accept nothing that it refuses, jsonschema-rs nothing else."""
    reference = jsonschema.Draft202012Validator(specification.record_schema())
    fast = jsonschema_rs.Draft202012Validator(specification.record_schema())
    small = decode((ROOT / "README.md").read_text("utf-8").split("```json\n")[1].split("```")[0])
    limit = int(os.environ.get("ONRECORD_DAMAGED", 3000 if FULL else 150))
    count = refused = 0
    seed = 0
    while count < limit:
        for mutant in sample(small, 3, seed):
            value = mutant.make()
            raw = encode(value)
            verdict = reference.is_valid(value)
            assert fast.is_valid(value) == verdict, mutant.operator
            if accepted(raw) is not None:
                assert verdict, mutant.operator
            count += 1
            refused += not verdict
        seed += 1
    assert 0 < refused < count
