"""The plots stand where the numbers say."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from vouch.evals.plots import MARGIN, SIDE, reliability, risk_coverage

scored = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30)
TOP, BOTTOM = MARGIN, MARGIN + SIDE


def test_a_perfect_bin_lies_on_the_diagonal() -> None:
    dots = re.findall(
        r"<circle cx='([\d.]+)' cy='([\d.]+)", reliability([(1.0, True), (0.0, False)])
    )
    assert dots == [(f"{MARGIN}.0", f"{BOTTOM}.0"), (f"{MARGIN + SIDE}.0", f"{TOP}.0")]


def test_accuracy_falls_where_the_unsure_values_are_wrong() -> None:
    (line,) = re.findall(r"points='([^']+)'", risk_coverage([(0.9, True), (0.1, False)]))
    assert line == f"{MARGIN + SIDE / 2},{TOP}.0 {MARGIN + SIDE}.0,{TOP + SIDE / 2}"


@given(scored)
def test_everything_is_drawn_inside_the_frame(pairs: list[tuple[float, bool]]) -> None:
    drawn = reliability(pairs) + risk_coverage(pairs)
    points = re.findall(r"<circle cx='([\d.]+)' cy='([\d.]+)|(?<=[ '])([\d.]+),([\d.]+)", drawn)
    numbers = [float(number) for point in points for number in point if number]
    assert numbers
    assert all(TOP <= number <= BOTTOM for number in numbers)


def test_it_is_svg_that_any_reader_takes() -> None:
    ElementTree.fromstring(risk_coverage([(0.9, True)]))
    ElementTree.fromstring(reliability([(0.9, True)]))
