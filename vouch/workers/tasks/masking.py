"""The end of a job that shows nothing but what is masked: its record, its pages, what it leaves."""

from collections.abc import Callable

from vouch.schemas.errors import RedactionFailed
from vouch.schemas.perception import Perception
from vouch.schemas.record import Record
from vouch.storage.keys import masked_record_key, page_key, part_key
from vouch.workers.images import RgbImage, from_png, to_png
from vouch.workers.stages.redact import masked_layouts
from vouch.workers.stages.redacting.painting import shown_of
from vouch.workers.tasks.heartbeat import Hold
from vouch.workers.tasks.parts import part_of
from vouch.workers.tasks.workplace import Workplace, blob_of, picture_key


def picture_of(place: Workplace, hold: Hold, number: int) -> RgbImage:
    """A page as it was uploaded."""
    return from_png(blob_of(place, hold, picture_key(hold.job, number)))


def masked_conclusion(
    place: Workplace, hold: Hold, concluded: Callable[[], tuple[Record, Perception]]
) -> Record:
    """The masked record. Nothing that says more is left in the store when this returns.

    Whoever is killed on the way is followed by an attempt that comes to the same end: as long as
    the masked record is not stored, all that it is made of is; from then on it is all there is.
    """
    key = masked_record_key(hold.job.id)
    known = place.blobs.get(key)
    if known is None:
        record, perception = concluded()
        _show_masked(place, hold, record, perception)
        known = record.model_dump_json().encode()
        place.blobs.put(key, known)
    record = Record.model_validate_json(known)
    numbers = [page.number for page in record.pages]
    shown = [key_of(hold.job.id, number) for number in numbers for key_of in (page_key, part_key)]
    place.blobs.purge_but(hold.job.id, {key, *shown})
    return record


def _show_masked(place: Workplace, hold: Hold, record: Record, perception: Perception) -> None:
    """The pages as callers may see them, and what is printed there."""
    if record.redactions is None:
        raise RedactionFailed("a record that should be masked has no account of it")
    layouts = masked_layouts(perception.layouts, record.redactions.looked_for)
    for page, quality, layout in zip(perception.pages, perception.qualities, layouts, strict=True):
        picture = shown_of(picture_of(place, hold, page.number), record, page.number)
        place.blobs.put(page_key(hold.job.id, page.number), to_png(picture))
        part = part_of(page, quality, layout)
        place.blobs.put(part_key(hold.job.id, page.number), part.model_dump_json().encode())
