"""What is wrong with the settings in the environment, before anything is started with them."""

import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_settings import BaseSettings

from vouch.schemas.errors import StackFailed
from vouch.service.settings import ServiceSettings
from vouch.storage.settings import StorageSettings, wrong_settings
from vouch.workers.settings import WorkerSettings

_PREFIX = "VOUCH_"
_KINDS: tuple[type[BaseSettings], ...] = (StorageSettings, ServiceSettings, WorkerSettings)
_OF_THE_COMMAND_LINE = ("URL", "API_KEY")


def check_environment() -> None:
    """StackFailed for a name that is nearly a setting's, and for a setting's wrong value."""
    check_names(os.environ)
    for kind in _KINDS:
        try:
            kind()
        except ValidationError as error:
            raise StackFailed(wrong_settings(error)) from None


def check_names(environment: Iterable[str]) -> None:
    """StackFailed for a name that nobody reads, and that is nearly one that somebody does."""
    known = {name for kind in _KINDS for name in _names(kind)} | {*_OF_THE_COMMAND_LINE}
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name.removeprefix(_PREFIX) not in known:
            meant = get_close_matches(name.removeprefix(_PREFIX), known, n=1, cutoff=0.8)
            if meant:
                raise StackFailed(f"nobody reads {name}: is {_PREFIX}{meant[0]} meant?")


def _names(kind: type[BaseModel], before: str = "") -> Iterator[str]:
    """Names of settings, those inside of others too, as they stand in the environment."""
    for name, field in kind.model_fields.items():
        whole = f"{before}{name.upper()}"
        yield whole
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _names(field.annotation, f"{whole}__")
