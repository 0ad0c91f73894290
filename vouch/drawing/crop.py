"""The piece of a page that shows why we believe a value."""

from PIL import Image

from vouch.drawing.overlay import Mark, draw_marks
from vouch.schemas.draft import Pointer
from vouch.schemas.errors import FieldNotFound
from vouch.schemas.geometry import Bbox
from vouch.schemas.record import Field, Record

_LEAST_MARGIN = 24.0  # pixels


def evidence_page(record: Record, pointer: Pointer) -> int:
    """The page on which a field was read. FieldNotFound when it has no place."""
    field = record.fields.get(pointer)
    if field is None or not field.evidence:
        raise FieldNotFound("the record has no such field, or no evidence for it")
    return field.evidence[0].page


def draw_evidence(picture: Image.Image, field: Field, pointer: Pointer) -> Image.Image:
    """A field's evidence on its first page, outlined, with some of the page around it."""
    page = field.evidence[0].page
    seen = tuple(at for at in field.evidence if at.page == page)
    box = _with_margin(Bbox.around(point for at in seen for point in at.polygon), picture.size)
    return draw_marks(picture, (Mark(pointer, field, seen),)).crop(box)


def _with_margin(box: Bbox, size: tuple[int, int]) -> tuple[int, int, int, int]:
    margin = max(1.5 * box.height, _LEAST_MARGIN)
    return (
        max(0, round(box.left - 2 * margin)),
        max(0, round(box.top - margin)),
        min(size[0], round(box.right + 2 * margin)),
        min(size[1], round(box.bottom + margin)),
    )
