"""What has no place in the text, and travels in the task's data."""

from typing import Any

from msgspec import Struct


class Carried(Struct, frozen=True):
    """What travels in the task's data of a layer of entities or events, whose marks don't say it.

    `whole`: an item without a mention is there as it is; else with an empty `mentions`, so that it is not taken for one
    whose mentions were deleted.
    """

    fields: tuple[str, ...]
    whole: bool = False

    def encode(self, items: list[dict[str, Any]], shown: bool) -> list[dict[str, Any]]:
        """The items' rows; whole, where the pass does not show the layer."""
        return [self.row(x) if shown and (x["mentions"] or not self.whole) else {"whole": x} for x in items]

    def row(self, item: dict[str, Any]) -> dict[str, Any]:
        """What travels of one item."""
        return {k: v for k, v in item.items() if k in self.fields or (k == "mentions" and not v)}


def items_of(rows: Any) -> list[dict[str, Any]]:
    """The items that rows of the data hold, whole or not; what is no item of ours is left out."""
    found = [r.get("whole", r) for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    return [r for r in found if isinstance(r, dict) and isinstance(r.get("id"), str)]
