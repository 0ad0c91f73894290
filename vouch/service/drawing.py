"""Where pages are drawn on: so that who looks at many pictures holds up nobody who submits."""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from vouch.service.places import Places

_AT_ONCE = 2
Draw = Callable[[Image.Image], Image.Image]


class Drawing:
    """Draws in threads of its own: a large page takes a second, and the others have work to do."""

    def __init__(self) -> None:
        self.places = Places(8, 16, "pictures are being drawn")
        """To be taken before the page is fetched: decoded, it takes some 100 MB."""
        self._threads = ThreadPoolExecutor(_AT_ONCE, "drawing")

    async def drawn(self, picture: bytes, draw: Draw) -> bytes:
        """The picture after drawing, both as PNG."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _drawn, picture, draw)

    def close(self) -> None:
        """What has not begun is not begun any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _drawn(picture: bytes, draw: Draw) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as page:
        draw(page).save(out, "PNG", compress_level=1)
    return out.getvalue()
