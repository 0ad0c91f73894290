import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import ImageDraw

from tests.workers.stages.elements.drawn import Drawn, settings_page
from vouch.schemas.geometry import Bbox
from vouch.schemas.text import Element
from vouch.workers.engines.forest_elements import ForestElements
from vouch.workers.protocols import ElementModel
from vouch.workers.stages.elements.canvas import canvas_of
from vouch.workers.stages.elements.detect import detect_elements
from vouch.workers.stages.elements.features import features, scene_of
from vouch.workers.stages.elements.proposals import proposals
from vouch.workers.stages.elements.runs import runs_of

PAGE = settings_page()


@pytest.fixture(scope="module")
def model() -> ElementModel:
    return ForestElements()


@pytest.fixture(scope="module")
def elements(model: ElementModel) -> tuple[Element, ...]:
    return found_on(PAGE, model)


def found_on(page: Drawn, model: ElementModel) -> tuple[Element, ...]:
    return detect_elements(page.image, page.words, page.lines, model)


def words_of(element: Element) -> str:
    return " ".join(PAGE.tokens[index].text for index in element.tokens)


def test_everything_that_one_can_use_is_found_where_it_stands(
    elements: tuple[Element, ...],
) -> None:
    for role, box in PAGE.boxes:
        best = max(elements, key=lambda one: one.bbox.iou(Bbox.of(box)))
        assert best.bbox.iou(Bbox.of(box)) > 0.6, (role, box)
        assert best.role == role


def test_nothing_else_is_said_to_be_of_use(elements: tuple[Element, ...]) -> None:
    used = [one for one in elements if one.role in {"button", "input", "checkbox", "link", "radio"}]
    assert len(used) == len(PAGE.boxes)


def test_elements_are_called_by_the_words_in_them_or_beside_them(
    elements: tuple[Element, ...],
) -> None:
    named = [(one.role, words_of(one)) for one in elements if one.role != "text"]
    assert ("button", "Save") in named
    assert ("input", "Display name") in named
    assert ("checkbox", "Send me a copy") in named
    assert ("link", "Terms of use") in named


def test_marks_say_whether_they_are_set(elements: tuple[Element, ...]) -> None:
    marks = {words_of(one): one.state for one in elements if one.role == "checkbox"}
    assert marks == {"Send me a copy": "checked", "Share statistics": "unchecked"}


def test_words_that_belong_to_nothing_are_text_and_all_is_in_reading_order(
    elements: tuple[Element, ...],
) -> None:
    assert words_of(elements[0]) == "Account"
    assert elements[0].role == "text"
    assert [one.id for one in elements] == [f"p1e{number}" for number in range(len(elements))]


def test_the_same_is_found_at_twice_the_size(model: ElementModel) -> None:
    page = settings_page()
    page.canvas = page.canvas.resize((1600, 1200))
    page.tokens = [
        token.model_copy(update={"polygon": tuple((2 * x, 2 * y) for x, y in token.polygon)})
        for token in page.tokens
    ]
    found = found_on(page, model)
    for role, box in PAGE.boxes:
        left, top, right, bottom = box
        double = Bbox.of((2 * left, 2 * top, 2 * right, 2 * bottom))
        best = max(found, key=lambda one: one.bbox.iou(double))
        assert (best.role, best.bbox.iou(double) > 0.6) == (role, True)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(
        lambda size: arrays(np.uint8, (*size, 3))
    )
)
def test_any_pixels_have_boxes_inside_the_picture_and_measures_that_are_numbers(
    image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    canvas = canvas_of(image, ())
    found = proposals(canvas, ())
    for one in found:
        left, top, right, bottom = one.box
        assert 0 <= left < right <= image.shape[1]
        assert 0 <= top < bottom <= image.shape[0]
    _, numbers = features(scene_of(canvas, (), ()), found)
    assert np.isfinite(numbers).all()


def test_words_of_two_colours_are_two_things() -> None:
    page = Drawn()
    page.write(60, 40, "Read the")
    page.write(140, 40, "terms", "#1a55c4")
    runs = runs_of(canvas_of(page.image, page.tokens), page.tokens, page.lines)
    assert [len(run.tokens) for run in runs] == [2, 1]


def test_a_field_is_not_called_by_the_words_of_a_box_above_it(model: ElementModel) -> None:
    page = Drawn()
    pen = ImageDraw.Draw(page.canvas)
    pen.rectangle((60, 60, 700, 100), fill="#f4d3d3")
    page.write(72, 70, "The file could not be saved")
    page.field(60, 84, "", "Find a customer")
    field = next(one for one in found_on(page, model) if one.role == "input")
    assert [page.tokens[index].text for index in field.tokens] == ["Find", "a", "customer"]
