"""The stage `route`: what a picture shows, and which schema it is read under."""

from collections.abc import Mapping, Sequence

from vouch.schemas.job import Options
from vouch.schemas.routing import AUTO, SCHEMA_OF, Kind, KindScore, Routing, Sign
from vouch.schemas.text import PageLayout
from vouch.workers.stages.routing.glance import together
from vouch.workers.stages.routing.measures import measures
from vouch.workers.stages.routing.model import released
from vouch.workers.stages.routing.words import signs_for, spoken

_FIRST_PAGES = 2
"""What a document is stands at its beginning; its end, which adds up, is looked at too."""


def route(layouts: Sequence[PageLayout], options: Options) -> Routing | None:
    """What a document shows; None where the caller says what to look for."""
    if not is_asked(options):
        return None
    seen = _seen(layouts)
    said = tuple(spoken(seen))
    model, _ = released()
    likely = together(model.probabilities(measures(seen, said)), seen[0].look)
    kind = max(likely, key=likely.__getitem__)
    return _routing(likely, signs_for(kind, said))


def is_asked(options: Options) -> bool:
    """Whether the caller leaves it to the picture."""
    return options.schema_name == AUTO and options.json_schema is None


def routed(options: Options, routing: Routing | None) -> Options:
    """What the caller asks, under the schema that the picture was found to need."""
    if routing is None:
        return options
    return options.model_copy(update={"schema_name": routing.schema_name})


def _seen(layouts: Sequence[PageLayout]) -> Sequence[PageLayout]:
    """The pages that are looked at."""
    return (*layouts[:_FIRST_PAGES], *layouts[_FIRST_PAGES:][-1:])


def _routing(likely: Mapping[Kind, float], signs: tuple[Sign, ...]) -> Routing:
    best, *others = (
        KindScore(kind=kind, confidence=round(likely[kind], 4))
        for kind in sorted(likely, key=likely.__getitem__, reverse=True)
    )
    return Routing(
        kind=best.kind,
        schema_name=SCHEMA_OF[best.kind],
        confidence=best.confidence,
        runners_up=tuple(others),
        signs=signs,
    )
