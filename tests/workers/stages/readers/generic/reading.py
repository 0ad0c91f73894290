"""A drawn page read by its words as they were drawn: what a text layer would give."""

from collections import defaultdict
from typing import Any

from tests.workers.stages.readers.generic.drawn import Drawn
from vouch.schemas.generic import Table
from vouch.schemas.job import Options
from vouch.workers.stages.readers.generic.reader import read_generic
from vouch.workers.stages.readers.seen import Seen


def tables_of(drawn: Drawn) -> tuple[Table, ...]:
    """The page's tables."""
    draft = read_generic(Seen((drawn.layout,), Options(schema_name="generic")))
    tables: dict[int, dict[int, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for pointer, (candidate, *_) in draft.candidates.items():
        match pointer.split("/")[1:]:
            case ["tables", number, "cells", cell, leaf]:
                tables[int(number)][int(cell)][leaf] = candidate.value
    return tuple(
        Table.model_validate({"cells": list(cells.values())}, strict=False)
        for cells in tables.values()
    )
