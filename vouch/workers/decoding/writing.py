"""One answer while it is being written: what is certain, what is guessed, what is asked.

The grammar writes what it leaves no choice about; the model is asked for the rest. How many tokens
are shown to the model in one pass changes nothing about the answer.
"""

import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from llguidance import LLMatcher, LLTokenizer

from vouch.schemas.errors import EngineFailed
from vouch.workers.decoding.choosing import Choice, Masks
from vouch.workers.decoding.circles import goes_in_circles
from vouch.workers.decoding.closing import ending, unfinished_leaf
from vouch.workers.decoding.copying import continuations, lines_told
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.drafting.generation import Generation, ModelToken, Stopped
from vouch.workers.protocols import always

Mode = Literal["fast", "plain", "masked"]
"""fast: forced tokens together, and guesses checked in one pass; plain: one pass a token, with the
same answer; masked: as plain, but the model is asked for forced tokens too, as Outlines does."""
_AHEAD = 64
"""Bytes of a guess that are looked at for its first token."""


@dataclass(frozen=True, slots=True)
class Style:
    """How answers are written, the same for all of a run."""

    tokenizer: LLTokenizer
    limits: DecodeLimits
    mode: Mode


def nowhere(_: str) -> tuple[int, ...]:
    """No words are known to stand in one place only."""
    return ()


@dataclass(frozen=True, slots=True)
class Brief:
    """What is asked of one answer."""

    matcher: LLMatcher
    """Its grammar, which is used up."""
    copies: Sequence[str]
    """JSON-escaped lines that it may copy."""
    is_wanted: Callable[[], bool] = always
    """It is cut short as soon as it is not."""
    sole_lines: Callable[[str], Sequence[int]] = nowhere
    """The lines of words that stand in one place only, where an answer quotes before it names
    lines: they need not be asked for."""


class Writing:
    """One answer: in turns `feed` it to the model, `fill` masks, `take` what the model chose."""

    def __init__(self, brief: Brief, prompt_tokens: int, style: Style) -> None:
        self._matcher = brief.matcher
        self._copies = [copy.encode() for copy in brief.copies]
        self._sole_lines = brief.sole_lines
        self._is_wanted = brief.is_wanted
        self.prompt_tokens = prompt_tokens
        self._style = style
        self._started = time.perf_counter()
        self._choices: list[Choice] = []
        self._ids: list[int] = []
        self._chosen: list[int] = []
        self._text = b""
        self._ends: list[int] = []
        self._read = 0
        self._fed: list[int] = []
        self._passes = 0
        self._is_guessing = style.mode == "fast"
        self.stopped: Stopped | None = None
        self._append_forced()
        self.asked: list[int] = [] if self._ids else [0]

    def write_step_by_step(self) -> None:
        """Feed one token at a time: what the model has read cannot be taken back."""
        self._is_guessing = False

    def feed(self) -> list[int]:
        """Model tokens to read next: what is written but unread, and in `fast` what may follow.

        `asked` then tells after how many of them the model's choice is wanted.
        """
        unread = self._ids[self._read :]
        self._passes += 1
        if self._is_guessing:
            guess, offsets = self._guess()
            self._fed = unread + guess
            self.asked = [len(unread) + offset for offset in offsets]
        else:
            self._fed = unread[:1]
            self.asked = [1] if len(unread) == 1 else []
        return self._fed

    def fill(self, masks: Masks, row: int) -> None:
        """Write one mask for each choice that is asked for, and give the guess up again."""
        ahead = self._read + len(self._fed)
        for number in reversed(range(len(self.asked))):
            position = self._read + self.asked[number]
            self._go_back(ahead - position)
            ahead = position
            masks.fill(row + number, self._matcher)

    def take(self, choices: Sequence[Choice]) -> int:
        """Write what the model chose, as far as the guess was right; how much of `feed` stands."""
        for position, choice in zip(self.asked, choices, strict=True):
            if self.stopped or self._ids[self._read :] != self._fed[:position]:
                break
            self._write(choice)
        if self.stopped:
            return len(self._fed)  # nobody goes on from here
        pairs = zip(self._fed, self._ids[self._read :], strict=False)
        standing = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        self._read += standing
        return standing

    def generation(self) -> Generation:
        """The whole answer; call it when it has stopped."""
        tokens = tuple(
            ModelToken(end, choice.logprob, choice.margin, choice.log_feasible)
            for end, choice in zip(self._ends, self._choices, strict=True)
        )
        return Generation(
            text=self._text.decode(),
            tokens=tokens,
            stopped=self.stopped or "done",
            prompt_tokens=self.prompt_tokens,
            forced=sum(token.logprob is None for token in tokens),
            passes=self._passes,
            seconds=time.perf_counter() - self._started,
        )

    def _write(self, choice: Choice) -> None:
        self._consume([choice.token])
        if self._matcher.stop_reason() == "EndOfSentence":
            self.stopped = "done"
            return
        self._append([choice])
        self._append_forced()
        if self.stopped is None:
            self._cut_short()

    def _append_forced(self) -> None:
        self._append([Choice(token, None) for token in self._forced(self._text)])
        if self._matcher.is_stopped():
            self.stopped = "done"

    def _cut_short(self) -> None:
        """When it is too long, goes in circles or is for nobody, let the grammar alone end it."""
        limits = self._style.limits
        if len(self._ids) >= limits.most_tokens or not self._is_wanted():
            reason: Stopped = "truncated"
        elif goes_in_circles(self._chosen, limits):
            reason = "looping"
        else:
            return
        self._give_up(unfinished_leaf(self._text))
        tokens = ending(self._matcher, self._style.tokenizer, self._text, limits.most_closing)
        self._append([Choice(token, None) for token in tokens])
        self.stopped = reason

    def _give_up(self, start: int | None) -> None:
        """Take back what was written from this byte on."""
        kept = len(self._ids) if start is None else bisect_right(self._ends, start)
        self._go_back(len(self._ids) - kept)
        del self._ids[kept:], self._ends[kept:], self._choices[kept:]
        self._text = self._text[: self._ends[-1] if self._ends else 0]

    def _append(self, choices: Sequence[Choice]) -> None:
        for choice in choices:
            self._text += self._style.tokenizer.decode_bytes([choice.token])
            self._ends.append(len(self._text))
            self._ids.append(choice.token)
            self._choices.append(choice)
            if choice.logprob is not None:
                self._chosen.append(choice.token)

    def _guess(self) -> tuple[list[int], list[int]]:
        """Model tokens that may come next, and after how many of them the model has a choice."""
        guess: list[int] = []
        asked = [0]
        text, rest = self._text, b""
        while len(guess) < self._style.limits.most_guessed:
            tokens, rest = self._guessed(text, rest)
            guess += tokens
            if not tokens or self._matcher.is_stopped():
                break
            asked.append(len(guess))
            text += self._style.tokenizer.decode_bytes(tokens)
        self._go_back(len(guess) - asked[-1])
        return guess[: asked[-1]], asked

    def _guessed(self, text: bytes, rest: bytes) -> tuple[list[int], bytes]:
        """A guessed token with what is forced by it, and what is left of the guess."""
        certain = self._matcher.compute_ff_bytes()
        options = [rest] if rest else []
        options += [certain + option for option in continuations(text + certain, self._copies)]
        for option in options:
            token = self._style.tokenizer.tokenize_bytes(option[:_AHEAD])[0]
            if self._matcher.try_consume_tokens([token]):
                behind = text + self._style.tokenizer.decode_bytes([token])
                tokens = [token, *self._forced(behind)]
                written = self._style.tokenizer.decode_bytes(tokens)
                return tokens, option[len(written) :] if option.startswith(written) else b""
        return [], b""

    def _forced(self, text: bytes) -> list[int]:
        """What there is no choice about behind `text`; the matcher goes along."""
        if self._style.mode == "masked":
            return []
        tokens: list[int] = []
        tokenizer = self._style.tokenizer
        while forced := self._matcher.compute_ff_tokens() or tokenizer.tokenize_bytes(
            lines_told(text, self._sole_lines)
        ):
            self._consume(forced)
            tokens += forced
            text += tokenizer.decode_bytes(forced)
        return tokens

    def _consume(self, tokens: list[int]) -> None:
        if not self._matcher.consume_tokens(tokens):
            raise EngineFailed("the grammar refused what it had allowed")

    def _go_back(self, tokens: int) -> None:
        if tokens and not self._matcher.rollback(tokens):
            raise EngineFailed("the grammar cannot be taken back")
