"""Can the vision-language model that is configured be had? Looked at without loading it."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from vouch.cli.findings import Finding
from vouch.workers.engines.addresses import VISION_CHOICES, shown

if TYPE_CHECKING:
    from vouch.workers.settings import ServerSettings, WorkerSettings

_NAME = "vision model"


def vision_findings(settings: "WorkerSettings", *, offline: bool) -> Iterator[Finding]:
    """What VOUCH_VLM names, and whether it can be reached or loaded."""
    kind, _, place = (settings.vlm or "").partition(":")
    match kind:
        case "":
            yield Finding(_NAME, "none (VOUCH_VLM is not set): the rules read alone")
        case "fake":
            yield Finding(_NAME, "the fake one: for tests")
        case "vouch" if not place:
            yield _libraries()
            yield _own(settings.models_dir)
        case "transformers":
            yield _libraries()
            yield _weights(place)
        case "openai" if "#" in place:
            url, _, model = place.rpartition("#")
            if offline:
                yield Finding(_NAME, f"{model} at {shown(url)}, not asked")
            else:
                yield _server(url, model, settings.vision.server)
        case _:
            remedy = f"set VOUCH_VLM to {VISION_CHOICES}"
            yield Finding(_NAME, f"{kind}: names no model that Vouch knows", remedy)


def _libraries() -> Finding:
    missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
    if missing:
        return Finding("vision libraries", f"no {', '.join(missing)}", "run `make setup`")
    return Finding("vision libraries", "torch, transformers")


def _own(models_dir: Path) -> Finding:
    """The model that ships with Vouch: put together already, or can be."""
    from vouch.schemas.errors import ModelDigestMismatch, ModelMissing
    from vouch.workers.engines.shipped.released import MIND, checkpoint_place
    from vouch.workers.models import model_dir

    place = checkpoint_place(models_dir)
    if place.is_dir():
        return Finding(_NAME, place.name)
    try:
        model_dir(models_dir, MIND)
    except (ModelMissing, ModelDigestMismatch) as error:
        return Finding(_NAME, f"{MIND}: {error.code}", "run `make setup`")
    return Finding(_NAME, f"{place.name}, to be put together at the first start")


def _weights(place: str) -> Finding:
    """A folder with a checkpoint, or a hub id whose files have been fetched before."""
    if Path(place).is_dir():
        there = (Path(place) / "config.json").is_file()
        remedy = None if there else "name the folder that holds config.json"
        return Finding(_NAME, place, remedy)
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        fetched = isinstance(try_to_load_from_cache(place, "config.json"), str)
    except HFValidationError:
        return Finding(_NAME, f"{place}: no folder and no hub id", "correct VOUCH_VLM")
    return Finding(
        _NAME, f"{place}, {'fetched' if fetched else 'to be fetched at the first start'}"
    )


def _server(url: str, model: str, settings: "ServerSettings") -> Finding:
    """Whether the server answers and offers the model; nothing is generated."""
    import httpx

    key = settings.key.get_secret_value()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    models = f"{url.rstrip('/')}/models"
    asked = shown(models)
    try:
        answer = httpx.get(models, headers=headers, timeout=settings.connect_seconds)
        answer.raise_for_status()
        offered = [str(one["id"]) for one in answer.json()["data"]]
    except httpx.HTTPStatusError as error:
        found = f"{asked} answers {error.response.status_code}"
        return Finding(_NAME, found, "look at the server, and at VOUCH_VISION__SERVER__KEY")
    except httpx.HTTPError as error:
        return Finding(_NAME, f"{asked}: {type(error).__name__}", "start the server")
    except (httpx.InvalidURL, ValueError, KeyError, TypeError):
        return Finding(_NAME, f"{asked} gives no list of models", "correct the URL in VOUCH_VLM")
    remedy = None if model in offered else f"it offers {', '.join(offered)}: correct VOUCH_VLM"
    return Finding(_NAME, f"{model} at {shown(url)}", remedy)
