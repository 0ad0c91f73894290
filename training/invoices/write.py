"""Writes drawn invoices as a data set: `python -m training.invoices.write DIR --count 60 --seed 1`.

Most are PDFs with a text layer; some are scans, PDFs of pictures that OCR has to read. The group
of a document is its family: `--held-back` draws those that nothing may be tuned on.
"""

import io
import json
import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from training.asked import asked_to_draw
from training.invoices.drawing import Drawing, draw
from training.invoices.families import HELD_BACK, TEACHING, Family
from training.invoices.printing import printed
from training.invoices.sale import Firm, Sale, drawn_sale
from training.routing.brush import scanned

_SCANNED = 0.25
"""Share of documents that come from a scanner."""
_DPI = (120, 200)
Truth = str | dict[str, list[str]] | None


def main() -> None:
    args = asked_to_draw(__doc__)
    write(args.folder, args.count, args.seed, HELD_BACK if args.held_back else TEACHING)


def write(folder: Path, count: int, seed: int, families: tuple[Family, ...]) -> None:
    """Documents and labels.jsonl; families take turns."""
    (folder / "pdf").mkdir(parents=True, exist_ok=True)
    lines = []
    for number in range(count):
        family = families[number % len(families)]
        rng = random.Random(f"{seed} {number} {family.name}")
        sale = drawn_sale(rng)
        drawing = draw(printed(sale, rng), family, rng)
        is_scan = rng.random() < _SCANNED
        name = f"pdf/{number:04}-{family.name}.pdf"
        content = as_scan(drawing.pdf, rng.randrange(2**32)) if is_scan else drawing.pdf
        (folder / name).write_bytes(content)
        line = {"file": name, "schema": "invoice", "group": family.name, "scan": is_scan}
        lines.append({**line, "expected": labels(sale, drawing)})
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    (folder / "labels.jsonl").write_text(text, encoding="utf-8")


def as_scan(pdf: bytes, seed: int) -> bytes:
    """The pages as a scanner leaves them, without text."""
    rng = np.random.default_rng(seed)
    dpi = float(rng.uniform(*_DPI))
    pages = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB"), np.uint8)
        pages.append(Image.fromarray(scanned(rng, picture)))
    file = io.BytesIO()
    pages[0].save(file, "PDF", resolution=dpi, save_all=True, append_images=pages[1:])
    return file.getvalue()


def labels(sale: Sale, drawing: Drawing) -> Mapping[str, Truth]:
    """What is true, by pointer. A credit note that prints no signs may be read with them."""
    amounts = {
        "/net_total": sale.net,
        "/tax_total": sale.tax,
        "/total": sale.total,
        "/amount_due": sale.left,
    }
    may_turn = sale.kind != "invoice" and sale.total > 0
    sums: dict[str, Truth] = {
        pointer: {"any": [str(value), str(-value)]} if may_turn else str(value)
        for pointer, value in amounts.items()
    }
    return {
        "/number": sale.number,
        "/date": sale.issued.isoformat(),
        "/due_date": sale.due.isoformat() if sale.due else None,
        "/currency": sale.country.currency,
        **_party("/seller", sale.seller),
        "/seller/iban": sale.iban,
        **_party("/buyer", sale.buyer),
        **_items(sale, drawing),
        **sums,
    }


def _party(side: str, firm: Firm) -> dict[str, Truth]:
    return {
        f"{side}/name": firm.name,
        f"{side}/address": f"{firm.street}, {firm.place}",
        f"{side}/tax_id": _tax_id(firm.tax_id),
    }


def _tax_id(printed: str | None) -> Truth:
    """A Swiss number may be read with or without the name of the tax behind it."""
    if printed is None or " " not in printed:
        return printed
    return {"any": [printed, printed.partition(" ")[0]]}


def _items(sale: Sale, drawing: Drawing) -> dict[str, Truth]:
    found: dict[str, Truth] = {}
    for number, item in enumerate(sale.items):
        said = f"{item.description} {item.note}" if item.note else item.description
        found[f"/items/{number}/description"] = said
        found[f"/items/{number}/quantity"] = str(item.quantity)
        found[f"/items/{number}/unit_price"] = str(item.unit_price)
        found[f"/items/{number}/price"] = str(item.price)
        if "rate" in drawing.columns:
            found[f"/items/{number}/tax_rate"] = str(item.rate)
    return found


if __name__ == "__main__":
    main()
