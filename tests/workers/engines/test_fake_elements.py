from tests.workers.stages.elements.drawn import settings_page
from vouch.workers.engines.fake_elements import FakeElements
from vouch.workers.stages.elements.detect import detect_elements


def test_framed_boxes_are_fields_marks_and_buttons_by_size_and_place() -> None:
    page = settings_page()
    found = detect_elements(page.image, page.words, page.lines, FakeElements())
    roles = [one.role for one in found if one.role != "text"]
    assert roles.count("input") == 2
    assert set(roles) <= {"input", "checkbox", "button"}
