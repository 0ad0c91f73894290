"""One loaded model, asked questions that fit: prompts, grammars, decoding, drafts."""

from collections.abc import Sequence

import llguidance.hf
import torch

from vouch.grammar.compiling import Grammars
from vouch.grammar.drafts import draft_grammar
from vouch.grammar.wording import escaped
from vouch.schemas.errors import EngineFailed, InvalidDraft
from vouch.schemas.perception import Drafted, Effort
from vouch.schemas.shape import Shape
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.decoding.loop import decode
from vouch.workers.decoding.prefix import PrefixCache
from vouch.workers.decoding.writing import Brief
from vouch.workers.drafting.generation import Generation
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.drafting.prompting import chat
from vouch.workers.drafting.unwrap import unwrap
from vouch.workers.engines.transformers_loading import Checkpoint
from vouch.workers.engines.transformers_pictures import shown, tiling
from vouch.workers.engines.transformers_prompting import inputs_of
from vouch.workers.protocols import Question
from vouch.workers.settings import VisionSettings

Inputs = dict[str, torch.Tensor]


class Unanswered(Exception):
    """One of the questions that were asked together has no answer: its numbers make no sense."""


class Reader:
    """A model with its tokenizer and compiled grammars. For one thread."""

    def __init__(self, checkpoint: Checkpoint, settings: VisionSettings) -> None:
        self._settings = settings
        self._model = checkpoint.model
        self._processor = checkpoint.processor
        self._tokenizer = llguidance.hf.from_tokenizer(
            self._processor.tokenizer, n_vocab=checkpoint.logits
        )
        self._grammars = Grammars(self._tokenizer)
        # The answer may take half of the positions that a small model knows.
        most = min(settings.max_tokens, checkpoint.positions // 2)
        self._limits = DecodeLimits(most_tokens=most)
        self._prefix = PrefixCache()
        self.room = min(settings.max_prompt_tokens, checkpoint.positions - most)
        """Model tokens that a prompt may have."""

    def pixels(self, question: Question) -> int:
        """What each picture of a question may have, when all are shown at once."""
        pictures = max(1, len(question.images) + len(question.closeups))
        settings = self._settings
        return min(settings.max_pixels_page, settings.max_pixels_prompt // pictures)

    def inputs(self, questions: Sequence[Question], scale: float) -> Inputs:
        """Prompts, input_ids [B, S]; a picture gets `scale` of the pixels that it may have."""
        allowed = [max(1, int(self.pixels(question) * scale)) for question in questions]
        image_processor = self._processor.image_processor
        chats = [
            chat(shown(question, pixels, image_processor))
            for question, pixels in zip(questions, allowed, strict=True)
        ]
        pictures = [picture for asked in chats for picture in asked.images]
        knobs = tiling(image_processor, min(allowed), pictures)
        inputs = inputs_of(self._processor, chats, knobs)
        return {name: self._moved(tensor) for name, tensor in inputs.items()}

    def words(self, question: Question) -> int:
        """Model tokens of the question's texts alone."""
        texts = list(chat(question).texts)
        return sum(map(len, self._processor.tokenizer(texts)["input_ids"]))

    def answers(self, questions: Sequence[Question], inputs: Inputs) -> tuple[Drafted, ...]:
        """What the model writes after the prompts `inputs` of these questions. Unanswered."""
        documents = [NumberedLines.of(question.layouts) for question in questions]
        shapes = [question.schema.shape for question in questions]
        briefs = [
            self._brief(question, document)
            for question, document in zip(questions, documents, strict=True)
        ]
        try:
            generations = decode(
                self._model,
                inputs,
                briefs,
                self._limits,
                tokenizer=self._tokenizer,
                prefix=self._prefix,
            )
            answers = zip(generations, shapes, documents, strict=True)
            return tuple(_drafted(*answer) for answer in answers)
        except (EngineFailed, InvalidDraft) as error:
            raise Unanswered from error

    def _brief(self, question: Question, document: NumberedLines) -> Brief:
        words_first = question.prompt.words_first
        grammar = draft_grammar(question.schema.shape, document.texts, words_first=words_first)
        copies = [escaped(text) for text in document.texts]
        matcher = self._grammars.matcher(grammar)
        return Brief(matcher, copies, question.is_wanted, document.sole_lines)

    def forget(self) -> None:
        """Let go of the last document, which a second question about it would build on."""
        self._prefix = PrefixCache()

    def _moved(self, tensor: torch.Tensor) -> torch.Tensor:
        dtype = self._model.dtype if tensor.is_floating_point() else tensor.dtype
        return tensor.to(self._model.device, dtype)


def _drafted(generation: Generation, shape: Shape, document: NumberedLines) -> Drafted:
    effort = Effort(
        prompt_tokens=generation.prompt_tokens,
        tokens=len(generation.tokens),
        forced=generation.forced,
        passes=generation.passes,
        seconds=generation.seconds,
        stopped=generation.stopped,
    )
    return Drafted(draft=unwrap(generation, shape, document), effort=effort)
