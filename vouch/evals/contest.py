"""Ways of writing one answer, timed in turns in one process: the part of `make bench-vlm` that runs
a model without the engine around it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import llguidance.hf
import torch

from vouch.evals.steering import draft_of_rules, steered
from vouch.grammar.compiling import Grammars
from vouch.grammar.drafts import draft_grammar
from vouch.grammar.wording import escaped
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.decoding.loop import Decoding, run
from vouch.workers.decoding.writing import Brief, Mode, Style
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.engines.transformers_loading import Checkpoint
from vouch.workers.engines.transformers_reader import Reader
from vouch.workers.protocols import Question
from vouch.workers.settings import VisionSettings

Contestant = Literal["prompt", "unconstrained", "masked", "plain", "fast"]
"""prompt: reading it, for one model token; unconstrained: transformers' own greedy generation;
masked: under the grammar as Outlines does it; plain, fast: see `decoding.writing.Mode`."""
_Made = TypeVar("_Made")


@dataclass
class Laps:
    """What each contestant took, in wall seconds a round, prompt included."""

    seconds: dict[Contestant, list[float]] = field(default_factory=dict)
    tokens: dict[Contestant, int] = field(default_factory=dict)
    passes: dict[Contestant, int] = field(default_factory=dict)
    mask_shares: list[float] = field(default_factory=list)
    """Of `masked`: seconds spent on masks over all seconds of its steps."""

    def tokens_per_second(self, name: Contestant) -> float:
        """After the prompt, by medians."""
        reading = statistics.median(self.seconds["prompt"])
        return self.tokens[name] / (statistics.median(self.seconds[name]) - reading)


class Contest:
    """One question, one model, one answer (see `steering`), and several ways to write it."""

    def __init__(
        self, checkpoint: Checkpoint, question: Question, settings: VisionSettings
    ) -> None:
        document = NumberedLines.of(question.layouts).texts
        self._model = checkpoint.model
        self._inputs = Reader(checkpoint, settings).inputs([question], 1.0)
        self._grammar = draft_grammar(question.schema.shape, document)
        self._copies = [escaped(text) for text in document]
        self._tokenizer = llguidance.hf.from_tokenizer(
            checkpoint.processor.tokenizer, n_vocab=checkpoint.logits
        )
        self._grammars = Grammars(self._tokenizer)
        self._answer = draft_of_rules(question)
        self._tokens = self._tokenizer.tokenize_str(self._answer)
        self._limits = DecodeLimits(most_tokens=2 * len(self._tokens))

    @property
    def prompt_tokens(self) -> int:
        length: int = self._inputs["input_ids"].shape[1]
        return length

    def laps(self, rounds: int) -> Laps:
        """Everybody once for warming up, then `rounds` in turns, another one first each time."""
        laps = Laps()
        with steered(self._model, self.prompt_tokens, self._tokens), torch.inference_mode():
            self._run(rounds, laps)
        return laps

    def _run(self, rounds: int, laps: Laps) -> None:
        order: list[Contestant] = ["fast", "plain", "masked", "unconstrained", "prompt"]
        for number in range(rounds + 1):
            for name in order:
                started = time.perf_counter()
                self._start(name, laps)
                laps.seconds.setdefault(name, []).append(time.perf_counter() - started)
            if number == 0:
                laps.seconds.clear()
                laps.mask_shares.clear()
            else:
                order = [*order[1:], order[0]]

    def _start(self, name: Contestant, laps: Laps) -> None:
        match name:
            case "prompt":
                self._generate(1)
            case "unconstrained":
                self._generate(laps.tokens["fast"])
                laps.tokens[name] = laps.passes[name] = laps.tokens["fast"]
            case "masked" | "plain" | "fast":
                decoding = self._constrained(name)
                (generation,) = decoding.generations
                if generation.text != self._answer:
                    raise ValueError("another answer was written, and could not be compared")
                laps.tokens[name], laps.passes[name] = len(generation.tokens), generation.passes
                if name == "masked":
                    steps = decoding.mask_seconds + decoding.model_seconds
                    laps.mask_shares.append(decoding.mask_seconds / steps)

    def _constrained(self, mode: Mode) -> Decoding:
        matcher = self._grammars.matcher(self._grammar)
        style = Style(self._tokenizer, self._limits, mode)
        return run(self._model, self._inputs, [Brief(matcher, self._copies)], style)

    def _generate(self, tokens: int) -> None:
        """Exactly so many model tokens, whatever they say."""
        written = self._model.generate(
            **self._inputs, do_sample=False, min_new_tokens=tokens, max_new_tokens=tokens
        )
        if written.shape[1] - self.prompt_tokens != tokens:
            raise ValueError("the model stopped early, and the comparison would be unfair")


@dataclass(frozen=True, slots=True)
class CompileSeconds:
    """What a grammar costs before the first model token."""

    cold: float
    """The first document under a schema, in a process that has compiled nothing."""
    warm: float
    """The same document and schema again."""
    document: float
    """Another document under the same schema."""
    tokenizer: float
    """Preparing the vocabulary, once a process."""


def compile_seconds(checkpoint: Checkpoint, first: Question, other: Question) -> CompileSeconds:
    """How long grammars take from schema and lines to a matcher that is ready."""

    def prepared() -> llguidance.LLTokenizer:
        return llguidance.hf.from_tokenizer(
            checkpoint.processor.tokenizer, n_vocab=checkpoint.logits
        )

    tokenizer, preparing = _timed(prepared)
    grammars = Grammars(tokenizer)

    def compiled(question: Question) -> float:
        document = NumberedLines.of(question.layouts).texts
        shape = question.schema.shape
        return _timed(lambda: grammars.matcher(draft_grammar(shape, document)))[1]

    return CompileSeconds(compiled(first), compiled(first), compiled(other), preparing)


def _timed(work: Callable[[], _Made]) -> tuple[_Made, float]:
    started = time.perf_counter()
    made = work()
    return made, time.perf_counter() - started
