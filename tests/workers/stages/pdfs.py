"""PDFs written by hand, object by object, so that tests know what is in them."""

import hashlib
from itertools import accumulate

Box = tuple[float, float, float, float]

_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
"""ISO 32000-1, 7.6.3.3, algorithm 2."""
_ID = b"0123456789abcdef"


def stream(content: bytes, entries: str = "") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (
        len(content),
        entries.encode(),
        content,
    )


def assemble(objects: list[bytes], trailer: str = "") -> bytes:
    """A PDF of numbered objects; the first is the catalogue."""
    parts = [b"%PDF-1.7\n"]
    parts += [b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, 1)]
    starts = list(accumulate(len(part) for part in parts))
    table = b"".join(b"%010d 00000 n \n" % start for start in starts[:-1])
    size = len(objects) + 1
    return b"".join(parts) + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Root 1 0 R /Size %d %s >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, trailer.encode(), starts[-1])
    )


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PIXEL = stream(
    b"\x00", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray"
    " /BitsPerComponent 8",
)  # fmt: skip


def text_at(x: float, y: float, text: str, size: float = 12) -> bytes:
    return b"BT /F1 %g Tf %g %g Td (%s) Tj ET\n" % (size, x, y, text.encode())


def page_pdf(
    content: bytes,
    media: Box = (0, 0, 300, 200),
    crop: Box | None = None,
    rotate: int = 0,
    pages: int = 1,
) -> bytes:
    """Pages with one content. /F1 is Helvetica, /Im1 a black pixel, /Fm1 a form that paints /Im1.

    The form paints the pixel on the unit square, moved by (2, 1) through its own matrix.
    """
    crop_entry = f"/CropBox [{_numbers(crop)}]" if crop else ""
    page = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{_numbers(media)}] {crop_entry}"
        f" /Rotate {rotate} /Contents 3 0 R"
        " /Resources << /Font << /F1 4 0 R >> /XObject << /Im1 5 0 R /Fm1 6 0 R >> >> >>"
    ).encode()
    kids = " ".join(f"{7 + index} 0 R" for index in range(pages))
    form = stream(
        b"/Im1 Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Matrix [1 0 0 1 2 1]"
        " /Resources << /XObject << /Im1 5 0 R >> >>",
    )
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
            stream(content),
            FONT,
            PIXEL,
            form,
            *([page] * pages),
        ]
    )


def _numbers(box: Box) -> str:
    return " ".join(f"{number:.4f}" for number in box)


def form_pdf(appearance: bytes) -> bytes:
    """An empty page with one filled form field, at (50, 50) to (150, 70)."""
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Annots [4 0 R] >>",
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (sum) /V (12.00) /F 4"
            b" /Rect [50 50 150 70] /AP << /N 5 0 R >> /DA (/F1 12 Tf 0 g) >>",
            stream(appearance, "/Type /XObject /Subtype /Form /BBox [0 0 100 20]"),
        ]
    )


def encrypted_pdf(user: bytes, owner: bytes = b"owner") -> bytes:
    """An empty page behind 40-bit RC4 (ISO 32000-1, 7.6.3, revision 2)."""
    permissions = (-4).to_bytes(4, "little", signed=True)
    owner_key = hashlib.md5(_padded(owner)).digest()[:5]
    owner_entry = _rc4(owner_key, _padded(user))
    key = hashlib.md5(_padded(user) + owner_entry + permissions + _ID).digest()[:5]
    user_entry = _rc4(key, _PADDING)
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
            f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{owner_entry.hex()}>"
            f" /U <{user_entry.hex()}> >>".encode(),
        ],
        f"/Encrypt 4 0 R /ID [<{_ID.hex()}> <{_ID.hex()}>]",
    )


def _padded(password: bytes) -> bytes:
    return (password + _PADDING)[:32]


def _rc4(key: bytes, plain: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    cipher = bytearray()
    for byte in plain:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        cipher.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(cipher)
