"""Requests that begin a trace: those that make jobs. Polls are not traced."""

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from vouch.storage.tracing import NO_TRACER, Tracer, trace_id


def traced(app: ASGIApp) -> ASGIApp:
    """Middleware of a route: a span around it, in the caller's trace where the caller sent one."""

    async def in_span(scope: Scope, receive: Receive, send: Send) -> None:
        tracer: Tracer = scope["litestar_app"].state.tracer
        if tracer is NO_TRACER:
            await app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                tracer.note({"http.response.status_code": message["status"]})
            await send(message)

        about = {"http.request.method": "POST", "http.route": scope["path_template"]}
        parent = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        name = f"POST {scope['path_template']}"
        with tracer.span(name, about, kind="server", parent=parent or None):
            bind_contextvars(trace=trace_id(tracer.traceparent()))
            await app(scope, receive, told)

    return in_span
