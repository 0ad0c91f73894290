"""Pages that are packed away and come back as they were."""

import numpy as np
import pytest

from vouch.schemas.document import Page
from vouch.workers.images import AssessedPage, Lazy, RgbImage, Spool
from vouch.workers.stages.assess import assess


def pages(*numbers: int) -> list[AssessedPage]:
    rng = np.random.default_rng(0)
    made = []
    for number in numbers:
        image: RgbImage = rng.integers(0, 256, (40, 30, 3), dtype=np.uint8)
        page = Page(number=number, width=30, height=40)
        made.append(AssessedPage(page, image, assess(image)))
    return made


def test_a_spool_gives_back_what_went_by_in_any_order() -> None:
    shown = pages(2, 5, 9)
    with Spool() as spool:
        assert [one.page.number for one in spool.passing(shown)] == [2, 5, 9]
        for place in (2, 0, 1):
            assert np.array_equal(spool.pages[place].image, shown[place].image)
        assert np.array_equal(spool.picture(5), shown[1].image)
        assert [one.page.number for one in spool.pages[1:]] == [5, 9]


def test_lazy_things_are_made_when_they_are_looked_at() -> None:
    made: list[int] = []

    def make(place: int) -> int:
        made.append(place)
        return place * place

    squares = Lazy(5, make)
    later = squares[2:]
    assert not made
    assert list(later) == [4, 9, 16]
    assert made == [2, 3, 4]
    assert squares[-1] == 16
    with pytest.raises(IndexError):
        squares[5]
