"""What `make bench-api` measures against: the least that Litestar can do for a poll and a submit.

A poll is one GET of Redis, a submit stores the file in the same kind of blob store. No keys, no
checks, no job. The same uvicorn settings, the same clients of Redis and of the store.
"""

import argparse
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import uvicorn
from litestar import Litestar, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.enums import MediaType, RequestEncodingType
from litestar.params import Body
from redis.asyncio import Redis

from vouch.storage.blobs import BlobStore
from vouch.storage.keys import new_job_id
from vouch.storage.settings import StorageSettings
from vouch.storage.writes import open_redis

VIEW = "vouch:bench:view"
"""The Redis string that a poll gives."""
_CONNECTIONS = 64


@get("/poll/{job_id:str}")
async def poll(job_id: str, redis: NamedDependency[Redis]) -> Response[bytes]:  # noqa: ARG001  routed
    """One GET."""
    view = str(await redis.get(VIEW)).encode()
    return Response(view, media_type=MediaType.JSON)


@post("/submit", status_code=202)
async def submit(
    data: Annotated[dict[str, UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
    blobs: NamedDependency[BlobStore],
) -> Response[bytes]:
    """One file stored."""
    content = await data["file"].read()
    await blobs.put_content_async(new_job_id(), "upload", content)
    return Response(b"{}", media_type=MediaType.JSON)


def create_bare(storage: StorageSettings) -> Litestar:
    """The application."""
    redis = open_redis(storage.redis_url, _CONNECTIONS)
    blobs = BlobStore.at(storage)

    @asynccontextmanager
    async def connected(_: Litestar) -> AsyncIterator[None]:
        yield
        await redis.aclose()

    return Litestar(
        route_handlers=[poll, submit],
        dependencies={
            "redis": Provide(lambda: redis, sync_to_thread=False),
            "blobs": Provide(lambda: blobs, sync_to_thread=False),
        },
        lifespan=[connected],
        logging_config=None,
        openapi_config=None,
    )


def main() -> None:
    """Serve on the socket that the parent has opened."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    door = socket.socket(fileno=parser.parse_args().fd)
    config = uvicorn.Config(
        create_bare(StorageSettings()),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run(sockets=[door])


if __name__ == "__main__":
    main()
