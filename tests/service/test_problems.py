from collections.abc import Iterator
from http import HTTPStatus

from vouch.schemas.errors import InputError, VouchError
from vouch.service.problems import STATUS_OF


def tree(root: type[VouchError]) -> Iterator[type[VouchError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def test_every_error_has_a_status_and_no_status_lacks_its_error() -> None:
    assert set(STATUS_OF) == {error.code for error in tree(VouchError)}


def test_the_callers_mistakes_are_never_the_services() -> None:
    for error in tree(InputError):
        assert 400 <= STATUS_OF[error.code] < 500


def test_what_may_work_later_says_so() -> None:
    for error in tree(VouchError):
        if error.retryable:
            assert STATUS_OF[error.code] in (
                HTTPStatus.SERVICE_UNAVAILABLE,
                HTTPStatus.TOO_MANY_REQUESTS,
            )
