"""Error screenshots: what went wrong, in the screen's own words, and where it says so."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from vouch.schemas.draft import Candidate, Draft, Place, Pointer
from vouch.schemas.error_screenshot import ErrorKind
from vouch.schemas.text import PageLayout
from vouch.workers.stages.readers.error_screenshot.codes import (
    Code,
    codes_in,
    is_detail,
    without_codes,
)
from vouch.workers.stages.readers.error_screenshot.cues import cues_of
from vouch.workers.stages.readers.error_screenshot.fingerprint import fingerprint
from vouch.workers.stages.readers.error_screenshot.frames import function_of, is_frame
from vouch.workers.stages.readers.error_screenshot.judging import released
from vouch.workers.stages.readers.error_screenshot.pieces import Paragraph
from vouch.workers.stages.readers.error_screenshot.scene import Scene, read_scene
from vouch.workers.stages.readers.error_screenshot.speech import alarm, trouble
from vouch.workers.stages.readers.error_screenshot.triage import (
    action_of,
    application_of,
    category_of,
    is_beside_field,
    kind_of,
    severity_of,
    system_of,
)
from vouch.workers.stages.rules.drafting import candidate, ranked
from vouch.workers.stages.rules.rows import Span

Candidates = dict[Pointer, tuple[Candidate, ...]]
_LEAST = 0.5
"""From here on a picture is about an error."""


def read_error_screenshot(layouts: Sequence[PageLayout]) -> Draft:
    """What the rules find. An ordinary screenshot has `/is_error` false and nothing else."""
    scene = read_scene(layouts)
    sureness = released().sureness(cues_of(scene, layouts)) if scene else 0.0
    if scene is None or sureness < _LEAST:
        found = {"/is_error": (_calm(layouts, 1 - sureness),)} if layouts else {}
        return Draft(reader="rules", candidates=found)
    page = next(one.tokens for one in layouts if one.page == scene.anchor.page)
    kind = kind_of(scene, (page.width, page.height))
    if kind == "terminal" or is_beside_field(scene):
        scene = replace(scene, title=None, buttons=())
    fields: Candidates = {
        "/is_error": (_seen(_judged("true", _speaking(scene), sureness)),),
        **_shown(scene, kind),
        **_sorted_by(scene),
    }
    return Draft(reader="rules", candidates={at: made for at, made in fields.items() if made})


def _calm(layouts: Sequence[PageLayout], sureness: float) -> Candidate:
    """No word speaks for calm: it is what the whole page shows."""
    page = layouts[0].tokens
    return Candidate(
        value="false",
        raw="",
        place=Place(page=page.page, bbox=page.bbox),
        score=round(sureness, 4),
        signals={"computed": 1.0, "calm": 1.0},
    )


def _seen(made: Candidate) -> Candidate:
    """That no word speaks of an error is weaker than that one does: unknown words are not heard."""
    return made.model_copy(update={"signals": {**made.signals, "calm": 0.0}})


def _judged(value: str, spans: Iterable[Span], score: float) -> Candidate:
    """A value that follows from the words in the spans."""
    made = candidate(value, tuple(spans), score, {})
    return made.model_copy(update={"signals": {**made.signals, "computed": 1.0}})


def _speaking(scene: Scene) -> tuple[Span, ...]:
    """The words that say that something went wrong; the whole message where a code says it."""
    text = scene.anchor.text
    spans = (span for hit in trouble(text) for span in scene.anchor.spans_of(hit.start, hit.end))
    return tuple(spans) or scene.anchor.spans


def _shown(scene: Scene, kind: ErrorKind) -> Candidates:
    """What is printed, as it is printed."""
    spans = tuple(span for one in scene.body for span in one.spans)
    message = " ".join(one.reading for one in scene.body)
    frames = [one for one in scene.paragraphs if is_frame(one.text)]
    code, codes = _codes(scene)
    function = next((name for one in frames if (name := function_of(one.text))), None)
    same = fingerprint(without_codes(_telling_text(scene, message)), code, function)
    title = scene.title
    return {
        "/kind": (_judged(kind, spans, 0.7),),
        "/title": (candidate(title.reading, title.spans, 0.8, {}),) if title else (),
        "/message": (candidate(message, spans, 0.85, {}),),
        "/code": codes,
        **{
            f"/buttons/{index}": (candidate(one.text, (one.span,), 0.85, {}),)
            for index, one in enumerate(scene.buttons)
        },
        **{
            f"/stack/{index}": (candidate(one.reading, one.spans, 0.8, {}),)
            for index, one in enumerate(frames)
        },
        "/fingerprint": (_judged(same, spans, 0.85),),
    }


def _telling_text(scene: Scene, message: str) -> str:
    """The message, behind its title where it does not say itself what went wrong."""
    if scene.title is None or any(alarm(one) > 0.3 for one in scene.body):
        return message
    return f"{scene.title.reading} {message}"


def _codes(scene: Scene) -> tuple[str | None, tuple[Candidate, ...]]:
    """The code of the message and what stands near it, the surest first."""
    found = [
        (code, one, code.strength + (0.02 if one in scene.body else 0.0))
        for one in scene.paragraphs
        if not is_detail(one.text) and not is_frame(one.text)
        for code in codes_in(one.text)
    ]
    made = ranked(_code(code, one, min(score, 1.0)) for code, one, score in found)
    return (made[0].value, made) if made else (None, ())


def _code(code: Code, one: Paragraph, score: float) -> Candidate:
    return candidate(code.value, one.spans_of(code.start, code.end), score, {})


def _sorted_by(scene: Scene) -> Candidates:
    category, words, plainness = category_of(scene)
    severity, weight = severity_of(scene)
    application, system, action = application_of(scene), system_of(scene), action_of(scene.body)
    return {
        "/category": (_judged(category, words, plainness),),
        "/severity": (_judged(severity, weight, 0.7),),
        "/application": (candidate(*application, 0.7, {}),) if application else (),
        "/os": (_judged(*system, 0.6),) if system else (),
        "/suggested_action": (candidate(*action, 0.7, {}),) if action else (),
    }
