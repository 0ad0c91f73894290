"""OPTIONS: which methods a path takes."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from litestar import Request, Response, route
from litestar.handlers import HTTPRouteHandler


def options_of(handlers: Iterable[HTTPRouteHandler]) -> HTTPRouteHandler:
    """One route that answers OPTIONS for all of these.

    Litestar's own names only the first method of a path that several handlers share.
    """
    methods: defaultdict[str, set[str]] = defaultdict(lambda: {"OPTIONS"})
    for handler in handlers:
        for path in handler.paths:
            methods[_plain(path)] |= {str(method) for method in handler.http_methods}

    @route(
        sorted({path for handler in handlers for path in handler.paths}),
        http_method="OPTIONS",
        status_code=204,
        include_in_schema=False,
        sync_to_thread=False,
    )
    def options(request: Request[Any, Any, Any]) -> Response[None]:
        """The methods that this path takes."""
        allowed = methods[request.scope["path_template"]]
        return Response(None, status_code=204, headers={"Allow": ", ".join(sorted(allowed))})

    return options


def _plain(path: str) -> str:
    return path.replace(":str}", "}")
