"""The circuit breaker, and the pauses between attempts."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.engines.remote import Clock
from vouch.workers.engines.breaker import CircuitBreaker, Open, Withdrawn
from vouch.workers.engines.patience import Patience, may_pass, retry_after, while_wanted

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


class Broken(Exception):
    """What a server does."""


class Refused(Exception):
    """What a working server does."""


def status(code: int, **headers: str) -> openai.APIStatusError:
    response = httpx2.Response(code, headers=headers, request=REQUEST)
    return openai.APIStatusError("", response=response, body=None)


class Replies:
    """A server that raises what it is told to, one a call, and then answers."""

    def __init__(self, *errors: openai.APIError) -> None:
        self.errors = list(errors)
        self.pauses: list[float] = []
        self.asked = 0

    async def __call__(self) -> str:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


def fail(breaker: CircuitBreaker) -> None:
    with pytest.raises(Broken), breaker.call():
        raise Broken


def test_the_breaker_opens_after_failures_in_a_row() -> None:
    breaker = CircuitBreaker(2, 10, Clock())
    fail(breaker)
    with breaker.call():
        pass
    fail(breaker)
    assert breaker.state() == "closed"
    fail(breaker)
    assert breaker.state() == "open"
    with pytest.raises(Open), breaker.call():
        pass


def test_one_may_try_when_the_rest_is_over() -> None:
    clock = Clock()
    breaker = CircuitBreaker(1, 10, clock)
    fail(breaker)
    clock.now = 10
    assert breaker.state() == "half_open"
    with breaker.call(), pytest.raises(Open), breaker.call():
        pass
    assert breaker.state() == "closed"


def test_a_failed_trial_starts_the_rest_anew() -> None:
    clock = Clock()
    breaker = CircuitBreaker(3, 10, clock)
    for _ in range(3):
        fail(breaker)
    clock.now = 10
    fail(breaker)
    clock.now = 19
    assert breaker.state() == "open"
    clock.now = 20
    assert breaker.state() == "half_open"


def test_a_refusal_shows_that_the_server_works() -> None:
    clock = Clock()
    breaker = CircuitBreaker(1, 10, clock)
    fail(breaker)
    clock.now = 10
    with pytest.raises(Refused), breaker.call(lambda error: isinstance(error, Refused)):
        raise Refused
    assert breaker.state() == "closed"


@given(st.lists(st.booleans()), st.integers(1, 5))
def test_a_closed_breaker_has_seen_fewer_failures_in_a_row(fates: list[bool], most: int) -> None:
    breaker = CircuitBreaker(most, 10, Clock())
    in_a_row = 0
    for is_failure in fates:
        if breaker.state() == "open":
            return
        if is_failure:
            fail(breaker)
        else:
            with breaker.call():
                pass
        in_a_row = in_a_row + 1 if is_failure else 0
        assert (breaker.state() == "open") == (in_a_row == most)


async def test_pauses_double_up_to_the_longest() -> None:
    replies = Replies(*(status(503) for _ in range(6)))
    patience = Patience(7, first_s=1, longest_s=8, chance=random.Random(0))
    assert await patience.ask(replies, replies.sleep, lambda: 99) == "answer"
    assert replies.asked == 7
    for pause, longest in zip(replies.pauses, [1, 2, 4, 8, 8, 8], strict=True):
        assert longest / 2 <= pause <= longest


async def test_the_last_attempt_s_error_is_raised() -> None:
    replies = Replies(status(503), openai.APIConnectionError(request=REQUEST))
    with pytest.raises(openai.APIConnectionError):
        await Patience(2).ask(replies, replies.sleep, lambda: 99)
    assert len(replies.pauses) == 1


@pytest.mark.parametrize("code", [400, 401, 403, 404, 413, 422])
async def test_what_cannot_pass_is_asked_once(code: int) -> None:
    replies = Replies(status(code))
    with pytest.raises(openai.APIStatusError):
        await Patience(5).ask(replies, replies.sleep, lambda: 99)
    assert (replies.asked, replies.pauses) == (1, [])


async def test_the_server_s_wish_goes_before_ours() -> None:
    replies = Replies(status(429, **{"retry-after": "7"}))
    await Patience(2).ask(replies, replies.sleep, lambda: 99)
    assert replies.pauses == [7]


async def test_no_pause_is_longer_than_what_is_left() -> None:
    replies = Replies(status(429, **{"retry-after": "7"}))
    with pytest.raises(openai.APIStatusError):
        await Patience(2).ask(replies, replies.sleep, lambda: 6.9)
    assert replies.pauses == []


def test_timeouts_and_lost_connections_may_pass() -> None:
    assert may_pass(openai.APITimeoutError(request=REQUEST))
    assert may_pass(openai.APIConnectionError(request=REQUEST))
    assert all(may_pass(status(code)) for code in (408, 429, 500, 502, 503, 504))


def test_the_header_is_a_number_or_a_date() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)
    wait = retry_after({"retry-after": in_a_minute})
    assert wait is not None
    assert 50 < wait <= 60
    assert retry_after({"retry-after": "1.5"}) == 1.5
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    for nonsense in ("soon", "²", "Mon, 01 Jan 99999 00:00:00 GMT"):
        assert retry_after({"retry-after": nonsense}) is None
    assert retry_after({}) is None


async def test_a_call_is_given_up_when_nobody_waits_for_it() -> None:
    """Which says nothing about the server: one failure more still opens its breaker."""
    breaker, begun, gone = CircuitBreaker(2, 10, Clock()), asyncio.Event(), asyncio.Event()

    async def silent() -> str:
        begun.set()
        try:
            return await asyncio.Future()
        finally:
            gone.set()

    fail(breaker)
    with pytest.raises(Withdrawn), breaker.call():
        await while_wanted(silent(), lambda: not begun.is_set())
    async with asyncio.timeout(30):
        await gone.wait()
    assert breaker.state() == "closed"
    fail(breaker)
    assert breaker.state() == "open"


async def test_what_nobody_waits_for_is_not_asked() -> None:
    replies = Replies()
    with pytest.raises(Withdrawn):
        await while_wanted(replies(), lambda: False)
    assert replies.asked == 0


async def test_a_trial_that_is_withdrawn_leaves_room_for_another() -> None:
    clock = Clock()
    breaker = CircuitBreaker(1, 10, clock)
    fail(breaker)
    clock.now = 10
    with pytest.raises(Withdrawn), breaker.call():
        raise Withdrawn
    assert breaker.state() == "half_open"
    with breaker.call():
        pass
    assert breaker.state() == "closed"
