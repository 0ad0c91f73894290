"""Threads beside the legs: what they survive, and that none dies unseen."""

import threading
from collections.abc import Callable

import pytest

from vouch.schemas.errors import StoreUnavailable
from vouch.workers.tasks.ticker import Ticker

TOO_LONG = 30.0


def failing_at_first(error: Exception, ticked: threading.Event) -> Callable[[], None]:
    errors = [error]

    def tick() -> None:
        if errors:
            raise errors.pop()
        ticked.set()

    return tick


def test_a_store_that_is_away_is_asked_again() -> None:
    ticked, died = threading.Event(), threading.Event()
    tick = failing_at_first(StoreUnavailable("away"), ticked)
    ticker = Ticker("test", tick, 0.01, died.set)
    ticker.start()
    assert ticked.wait(TOO_LONG)
    ticker.stop()
    assert not died.is_set()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_is_missed() -> None:
    ticked, died = threading.Event(), threading.Event()
    ticker = Ticker("test", failing_at_first(KeyError("a mistake"), ticked), 0.01, died.set)
    ticker.start()
    assert died.wait(TOO_LONG)
    ticker.stop()
    assert not ticked.is_set()


def test_the_last_word_is_said_as_soon_as_it_is_asked_to_end() -> None:
    ticked, said, died = threading.Event(), threading.Event(), threading.Event()
    ticker = Ticker("test", ticked.set, 3600, died.set, farewell=said.set)
    ticker.start()
    assert ticked.wait(TOO_LONG)
    assert not said.is_set()
    ticker.ask_to_end()
    assert said.wait(TOO_LONG)
    ticker.stop()
    assert not died.is_set()


def test_one_that_never_began_can_be_stopped() -> None:
    Ticker("test", lambda: None, 1, lambda: None).stop()
