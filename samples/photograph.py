"""A clean slip → a photo of it on a table: curl, creases, fading, light, blur; and the way back.

The paper is bent by two shears (x by a wave along y, then y by a wave along x) and seen through a
homography: all three can be undone exactly, so the labels' polygons are exact too.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float32]
Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Wear:
    """How hard a photo is to read; lengths in pixels of the photo."""

    width: int = 1200
    height: int = 1700
    fill: float = 0.88
    """Share of the photo's height or width that the paper takes."""
    tilt: float = 2.0
    """Degrees by which it is turned, at most."""
    perspective: float = 0.02
    """How far a corner is pushed, as a share of the paper's width."""
    curl: float = 7.0
    """Height of the wave in the paper."""
    fading: float = 0.2
    """Share of ink that may be gone."""
    light: float = 1.0
    blur: float = 0.9
    """Standard deviation of the Gaussian."""
    noise: float = 3.5
    cut: float = 0.0
    """Share of the paper's height that lies outside the photo, at the bottom."""


GENTLE = Wear()
HARSH = (
    replace(GENTLE, blur=6.5),
    replace(GENTLE, light=0.12, noise=9.0),
    replace(GENTLE, cut=0.45),
    replace(GENTLE, blur=3.6, fading=0.75),
)
"""Photos that a person should take again: out of focus, dark, cut off, faded and shaken."""


def _float(array: ArrayLike) -> Array:
    return np.asarray(array, np.float32)


@dataclass(frozen=True, slots=True)
class Bend:
    """Paper pixels → photo pixels, and back."""

    matrix: NDArray[np.float64]
    curl: float
    waves: tuple[float, float, float, float]
    """Wave number and phase along y, then along x."""

    def forward(self, points: Array) -> Array:
        x, y = points[:, 0], points[:, 1]
        k, phase, m, shift = self.waves
        x = x + self.curl * np.sin(k * y + phase)
        y = y + self.curl * np.sin(m * x + shift)
        bent = np.stack([x, y], axis=1)[:, None].astype(np.float32)
        return _float(cv2.perspectiveTransform(bent, self.matrix)[:, 0])

    def backward(self, width: int, height: int) -> tuple[Array, Array]:
        """For every photo pixel its place on the paper: two maps of shape (height, width)."""
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        flat = np.stack([xs.ravel(), ys.ravel()], axis=1)[:, None]
        bent = cv2.perspectiveTransform(flat, np.linalg.inv(self.matrix))[:, 0]
        k, phase, m, shift = self.waves
        y = bent[:, 1] - self.curl * np.sin(m * bent[:, 0] + shift)
        x = bent[:, 0] - self.curl * np.sin(k * y + phase)
        shape = (height, width)
        return _float(x.reshape(shape)), _float(y.reshape(shape))


def _clouds(rng: Rng, height: int, width: int, grain: tuple[int, int]) -> Array:
    """Smooth noise in [0, 1]; `grain` is how many blobs fit down and across."""
    coarse = rng.random((max(grain[0], 2), max(grain[1], 2))).astype(np.float32)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return _float(np.clip(smooth, 0, 1))


def _table(rng: Rng, height: int, width: int) -> Array:
    """A wooden table top, (height, width, 3), 0 to 255."""
    grain = 0.6 * _clouds(rng, height, width, (height // 9, 3)) + 0.4 * _clouds(
        rng, height, width, (height // 60, 5)
    )
    planks = (np.arange(height) % 430 < 5).astype(np.float32)[:, None]
    dark, bright = np.array([74, 48, 31], np.float32), np.array([150, 108, 74], np.float32)
    wood = dark + (bright - dark) * grain[..., None]
    return _float(wood * (1 - 0.55 * planks[..., None]))


def _paper(ink: NDArray[np.uint8], wear: Wear, rng: Rng) -> Array:
    """The slip before it is bent: fibres, creases, faded ink; (height, width, 3)."""
    height, width = ink.shape
    fading = 1 - wear.fading * _clouds(rng, height, width, (7, 4))
    speckle = 1 - 0.25 * wear.fading * (rng.random((height, width)) < 0.25)
    black = (255 - ink.astype(np.float32)) * fading * speckle
    fibres = 4 * rng.standard_normal((height, width)).astype(np.float32)
    sheet = 240 - 10 * _clouds(rng, height, width, (9, 5)) + cv2.GaussianBlur(fibres, (0, 0), 1.1)
    ys = np.arange(height, dtype=np.float32)[:, None]
    xs = np.arange(width, dtype=np.float32)[None]
    for at, slope in zip(
        rng.uniform(0.25, 0.8, 2) * height, rng.uniform(-0.05, 0.05, 2), strict=True
    ):
        distance = ys - at - slope * xs
        sheet = (
            sheet - 26 * np.exp(-((distance / 3.0) ** 2)) + 9 * np.exp(-(((distance - 9) / 7) ** 2))
        )
    tint = np.array([1.0, 0.985, 0.955], np.float32)
    return _float(np.clip(sheet * (1 - black / 255 * 0.93), 0, 255)[..., None] * tint)


def _bend(height: int, width: int, wear: Wear, rng: Rng) -> Bend:
    scale = wear.fill * min(wear.height / height, wear.width / width)
    if wear.cut:
        scale = wear.fill * wear.width / width
    angle = np.deg2rad(rng.uniform(0.3, 1.0) * wear.tilt * rng.choice([-1, 1]))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centred = (corners - [width / 2, height / 2]) @ turn.T * scale
    centred += rng.uniform(-1, 1, (4, 2)) * wear.perspective * width * scale
    lowest = centred[:, 1].max() - centred[:, 1].min()
    middle = [wear.width / 2, wear.height / 2]
    if wear.cut:
        middle[1] = wear.height - lowest * (0.5 - wear.cut)
    matrix = cv2.getPerspectiveTransform(
        corners.astype(np.float32), (centred + middle).astype(np.float32)
    )
    waves = (4.5 / height, float(rng.uniform(0, 6)), 3.0 / width, float(rng.uniform(0, 6)))
    return Bend(matrix, wear.curl / scale, waves)


def _relief(bend: Bend, y: Array) -> Array:
    """Light on the curled paper: brighter where it faces the lamp."""
    k, phase, _, _ = bend.waves
    return _float(0.95 + 0.05 * np.sin(2 * k * y + phase))


def photograph(ink: NDArray[np.uint8], wear: Wear, seed: int) -> tuple[NDArray[np.uint8], Bend]:
    """The photo, RGB (height, width, 3), and the map that carries paper points onto it."""
    rng = np.random.default_rng(seed)
    height, width = ink.shape
    bend = _bend(height, width, wear, rng)
    x, y = bend.backward(wear.width, wear.height)
    sheet = cv2.remap(_paper(ink, wear, rng).astype(np.float32), x, y, cv2.INTER_LINEAR)
    inside = _float((x >= 0) & (x < width) & (y >= 0) & (y < height))
    cover = cv2.GaussianBlur(inside, (0, 0), 0.8)[..., None]
    shadow = cv2.GaussianBlur(np.roll(inside, (14, 10), axis=(0, 1)), (0, 0), 16)[..., None]
    table = _table(rng, wear.height, wear.width) * (1 - 0.6 * shadow)
    scene = table * (1 - cover) + sheet * _relief(bend, y)[..., None] * cover
    ys, xs = np.mgrid[0 : wear.height, 0 : wear.width].astype(np.float32)
    lamp = rng.uniform(0.3, 0.7, 2) * [wear.height, wear.width]
    far = np.hypot(ys - lamp[0], xs - lamp[1]) / np.hypot(wear.height, wear.width)
    scene = scene * wear.light * (1.04 - 0.34 * far[..., None] ** 1.5)
    scene = cv2.GaussianBlur(scene, (0, 0), wear.blur)
    scene = scene + wear.noise * rng.standard_normal(scene.shape).astype(np.float32)
    return np.clip(scene, 0, 255).astype(np.uint8), bend
