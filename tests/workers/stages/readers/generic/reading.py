"""A drawn page read by its words as they were drawn: what a text layer would give."""

from collections import defaultdict
from typing import Any

from tests.workers.stages.readers.generic.drawn import Drawn
from vouch.schemas.generic import Generic
from vouch.schemas.job import Options
from vouch.workers.stages.readers.generic.reader import read_generic
from vouch.workers.stages.readers.seen import Seen


def as_drawn(drawn: Drawn) -> Generic:
    """The page's tables and pairs."""
    draft = read_generic(Seen((drawn.layout,), Options(schema_name="generic")))
    tables: dict[int, dict[int, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    pairs: dict[int, dict[str, Any]] = defaultdict(dict)
    for pointer, (candidate, *_) in draft.candidates.items():
        match pointer.split("/")[1:]:
            case ["tables", number, "cells", cell, leaf]:
                tables[int(number)][int(cell)][leaf] = candidate.value
            case ["pairs", number, leaf]:
                pairs[int(number)][leaf] = candidate.value
    read = {
        "tables": [{"cells": list(cells.values())} for cells in tables.values()],
        "pairs": list(pairs.values()),
    }
    return Generic.model_validate(read, strict=False)
