"""What a picture model makes of a page at a glance."""

import math
from collections.abc import Mapping

from vouch.schemas.routing import KINDS, Kind, Look
from vouch.workers.images import RgbImage
from vouch.workers.protocols import PictureModel

_LOOKS_LIKE: Mapping[Kind, str] = {
    "receipt": "a photo of a receipt from a shop or a restaurant",
    "invoice": "a scan of an invoice with a table of amounts",
    "error_screenshot": "a screenshot of an error message",
    "ui": "a screenshot of a computer program or a website",
    "document": "a page of a letter, a form or a report",
    "no_document": "an empty page",
    "photo": "a photo of people, animals, things or a landscape",
}
_LEAST = 0.01
"""A share below says no more than that it is none of these."""


def glanced(look: Look, image: RgbImage, model: PictureModel | None) -> Look:
    """The look of a page, and what the model says of it; the same where there is no model."""
    if model is None:
        return look
    seen = model.glance(image, [_LOOKS_LIKE[kind] for kind in KINDS])
    shares = dict(zip(KINDS, seen.shares, strict=True))
    return look.model_copy(update={"kinds": shares, "embedding": seen.embedding})


def together(likely: Mapping[Kind, float], look: Look | None) -> dict[Kind, float]:
    """Both judges' probabilities: their geometric mean, so that each can veto the other's."""
    if look is None or look.kinds is None:
        return dict(likely)
    means = {
        kind: math.sqrt(max(share, _LEAST) * max(look.kinds.get(kind, 0.0), _LEAST))
        for kind, share in likely.items()
    }
    total = sum(means.values())
    return {kind: mean / total for kind, mean in means.items()}
