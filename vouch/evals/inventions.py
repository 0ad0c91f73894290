"""`python -m vouch.evals.inventions DATASET`: what grounded grammars keep a model from making up.

The same model answers the same questions about the same documents twice: under the grammar of each
document, and under the plain grammar of the schema, which knows no document. Counted is what cannot
be found on the page. VOUCH_VLM names the model, which must be one for transformers.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import llguidance.hf
import torch
import typer

from vouch.evals.kept import Shelf
from vouch.evals.labels import load_dataset
from vouch.grammar.compiling import Grammars
from vouch.grammar.drafts import draft_grammar, plain_grammar
from vouch.grammar.wording import escaped
from vouch.prompts import prompt
from vouch.schemas.builtin import wanted_schema
from vouch.schemas.job import Options
from vouch.schemas.shape import LeafShape, ListShape, ObjectShape, Shape
from vouch.schemas.text import PageLayout
from vouch.schemas.value import Value
from vouch.workers.app import build_engines
from vouch.workers.decoding.limits import DecodeLimits
from vouch.workers.decoding.loop import decode
from vouch.workers.decoding.writing import Brief
from vouch.workers.drafting.generation import Generation
from vouch.workers.drafting.lines import NumberedLines
from vouch.workers.engines.transformers_devices import chosen_device, chosen_dtype
from vouch.workers.engines.transformers_loading import load_checkpoint
from vouch.workers.engines.transformers_reader import Reader
from vouch.workers.pipeline import depict, upright
from vouch.workers.progress import Progress
from vouch.workers.protocols import Question
from vouch.workers.settings import VisionSettings, WorkerSettings
from vouch.workers.stages.aligning import DocumentText, squeezed
from vouch.workers.stages.meaning import follows

Grammar = Callable[[Shape, Sequence[str]], str]
"""Lark text for a schema's shape and a document's lines."""
GRAMMARS: dict[str, Grammar] = {
    "plain": lambda shape, _: plain_grammar(shape),
    "grounded": draft_grammar,
}


class Inventions(Value):
    """Values of answers that are not on the page."""

    documents: int = 0
    leaves: int = 0
    """Values given."""
    invented: int = 0
    """Values with any of the three faults below."""
    raws: int = 0
    """`raw` is printed nowhere."""
    values: int = 0
    """`value` is printed nowhere and is no reading of any line, and nothing marks it as judged."""
    lines: int = 0
    """A line is cited that does not exist."""
    marked: int = 0
    """Said to be judged or corrected, not printed: no fault."""
    cut_short: int = 0
    """Answers that the model did not finish."""
    tokens: int = 0
    """Model tokens written."""

    def __add__(self, other: "Inventions") -> "Inventions":
        names = Inventions.model_fields
        return Inventions(**{name: getattr(self, name) + getattr(other, name) for name in names})


def inventions(generation: Generation, shape: Shape, layouts: Sequence[PageLayout]) -> Inventions:
    """What an answer made up. Misread words count as printed when they are like what is printed."""
    document = DocumentText(layouts)
    lines = NumberedLines.of(layouts).texts
    counts = Inventions(
        documents=1,
        cut_short=generation.stopped != "done",
        tokens=len(generation.tokens),
    )
    for leaf in _leaves(json.loads(generation.text), shape):
        counts += _faults(leaf, document, lines)
    return counts


def _leaves(node: Any, shape: Shape) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (a tree of JSON)
    if node is None:
        return
    match shape:
        case LeafShape():
            yield node
        case ListShape():
            for member in node:
                yield from _leaves(member, shape.member)
        case ObjectShape():
            for child in shape.properties:
                yield from _leaves(node[child.name], child.shape)


def _faults(leaf: dict[str, Any], document: DocumentText, lines: Sequence[str]) -> Inventions:
    raw = leaf["raw"]
    marked = raw is None or "correction" in leaf
    no_raw = raw is not None and not _is_printed(raw, document, lines)
    no_line = any(number > len(lines) for number in leaf["lines"])
    no_value = not marked and "value" in leaf and not _is_on_page(leaf["value"], lines)
    return Inventions(
        leaves=1,
        invented=no_raw or no_line or no_value,
        raws=no_raw,
        values=no_value,
        lines=no_line,
        marked=marked,
    )


def _is_printed(raw: str, document: DocumentText, lines: Sequence[str]) -> bool:
    """As it stands, even in the middle of a word that OCR read as one, or like something there."""
    return squeezed(raw) in squeezed("".join(lines)) or document.align(raw).match != "none"


def _is_on_page(value: Any, lines: Sequence[str]) -> bool:  # noqa: ANN401 (any JSON)
    text = value if isinstance(value, str) else json.dumps(value)
    return any(follows(text, line) for line in lines)


class Writer:
    """One model that answers under any grammar. ModelMissing when it is not there."""

    def __init__(self, source: str, settings: VisionSettings) -> None:
        device = chosen_device(settings.device)
        checkpoint = load_checkpoint(source, device, chosen_dtype(settings.dtype, device))
        self.identity = checkpoint.identity
        self._model = checkpoint.model
        self._reader = Reader(checkpoint, settings)
        self._tokenizer = llguidance.hf.from_tokenizer(
            checkpoint.processor.tokenizer, n_vocab=checkpoint.logits
        )
        self._grammars = Grammars(self._tokenizer)
        self._limits = DecodeLimits(most_tokens=settings.max_tokens)

    def write(self, question: Question, grammar: Grammar) -> Generation | None:
        """One answer; None where the document is too long for the model."""
        lines = NumberedLines.of(question.layouts).texts
        inputs = self._reader.inputs([question], 1.0)
        if inputs["input_ids"].shape[1] > self._reader.room:
            return None
        matcher = self._grammars.matcher(grammar(question.schema.shape, lines))
        brief = Brief(matcher, [escaped(line) for line in lines])
        with torch.inference_mode():
            (generation,) = decode(
                self._model, inputs, [brief], self._limits, tokenizer=self._tokenizer
            )
        return generation


def questions(
    folder: Path, limit: int, settings: WorkerSettings, reuse: Path
) -> Iterator[Question]:
    """What is asked of the first documents of a data set; their OCR is kept."""
    engines = build_engines(settings.model_copy(update={"vlm": None}))
    shelf = Shelf(engines, settings.limits, reuse)
    for labels in load_dataset(folder, limit).documents:
        path = folder / labels.file
        options = Options(schema_name=labels.schema_name, readers="rules", ignore_embedded=True)
        layouts = shelf.kept(path, options)[0].perception.layouts
        pages = tuple(depict(path.read_bytes(), settings.limits, Progress()))
        images = [
            upright(seen.image, layout.tokens.turn)
            for seen, layout in zip(pages, layouts, strict=True)
        ]
        yield Question(layouts, images, wanted_schema(options), prompt("extract"))


def main(
    dataset: Annotated[Path, typer.Argument(help="A folder with labels.jsonl.")],
    limit: Annotated[int, typer.Option(min=1, help="Only the first N documents.")] = 20,
    reuse: Annotated[Path, typer.Option(help="Where perceptions are kept.")] = Path("var/reuse"),
) -> None:
    """Print, as the last line, one JSON object with the counts under each grammar."""
    settings = WorkerSettings()
    kind, _, source = (settings.vlm or "").partition(":")
    if kind != "transformers":
        raise typer.BadParameter("VOUCH_VLM must name a model for transformers")
    writer = Writer(source, settings.vision)
    counts = dict.fromkeys(GRAMMARS, Inventions())
    for question in questions(dataset, limit, settings, reuse):
        for name, grammar in GRAMMARS.items():
            generation = writer.write(question, grammar)
            if generation is not None:
                counts[name] += inventions(generation, question.schema.shape, question.layouts)
        typer.echo(f"{counts['plain'].documents} documents", err=True)
    shown = {name: found.model_dump() for name, found in counts.items()}
    typer.echo(json.dumps({"model": writer.identity.name, "dataset": dataset.name, **shown}))


if __name__ == "__main__":
    typer.run(main)
