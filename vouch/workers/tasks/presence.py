"""A worker's sign of life, and what it works with."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version

from vouch.prompts import prompt, worded
from vouch.schemas.builtin import BUILTIN
from vouch.schemas.record import Engine
from vouch.storage.attempts import AttemptStore
from vouch.workers.judgements import judgement
from vouch.workers.stages.routing.model import released
from vouch.workers.tasks.ticker import Ticker
from vouch.workers.tasks.workplace import Workplace

_EVERY_SECONDS = 3.0
_VALID_SECONDS = 10.0


def presence(queue: str, worker_id: str, place: Workplace, on_death: Callable[[], None]) -> Ticker:
    """Announces that a queue is served until it is stopped, and withdraws that at once then.

    A leg may take minutes, so this is no business of the leg's thread.
    """
    jobs: AttemptStore = place.jobs
    return Ticker(
        "presence",
        lambda: jobs.announce(queue, worker_id, _VALID_SECONDS, engines_digest(place)),
        _EVERY_SECONDS,
        on_death,
        farewell=lambda: jobs.announce(queue, worker_id, 0),
    )


def engines_digest(place: Workplace) -> str:
    """One digest of all that decides what this process makes of a document.

    Two workers of a queue with the same digest make the same of the same document.
    """
    parts = [f"{engine.name} {engine.digest}" for engine in _identities(place)]
    parts += [version("vouch"), str(place.second_looks), place.limits.model_dump_json()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _identities(place: Workplace) -> list[Engine]:
    found = [*(prompt(name).identity for name in ("extract", "reread")), released()[1]]
    for name in (*BUILTIN, "default"):
        ruling = judgement(name)
        found += [
            ruling.policy_identity,
            ruling.calibration_identity,
            ruling.vlm_calibration_identity,
        ]
    if place.engines is not None:
        engines = place.engines
        models = (engines.ocr, engines.layout, engines.document_layout)
        found += [model.identity for model in models]
        found += [] if engines.clip is None else [engines.clip.identity]
    if place.vision is not None:
        asked = worded(prompt("extract"), place.vision.wording).identity
        found += [place.vision.identity, asked]
    return found
