from collections.abc import Iterator

from vouch.schemas import errors


def tree(root: type[errors.VouchError]) -> Iterator[type[errors.VouchError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in tree(errors.VouchError)]
    assert len(codes) == len(set(codes))


def test_the_drawing_names_every_error() -> None:
    drawn = errors.__doc__ or ""
    missing = [error.__name__ for error in tree(errors.VouchError) if error.__name__ not in drawn]
    assert not missing


def test_the_callers_mistakes_are_never_retried() -> None:
    assert not any(error.retryable for error in tree(errors.InputError))
