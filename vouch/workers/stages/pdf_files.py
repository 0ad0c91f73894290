"""Files inside a PDF: the XML of an e-invoice, of bounded size."""

import ctypes

import pypdfium2 as pdfium
from pypdfium2 import raw

from vouch.workers.stages.e_invoice import Values, read_e_invoice

_MOST_FILES = 32
_MOST_BYTES = 4_000_000
"""The XML of an invoice of some ten thousand lines."""


def embedded_invoice(document: pdfium.PdfDocument) -> Values:
    """What the first e-invoice among the files of a PDF says; empty where there is none."""
    for index in range(min(document.count_attachments(), _MOST_FILES)):
        content = _xml(document, index)
        stated = None if content is None else read_e_invoice(content)
        if stated is not None:
            return stated
    return {}


def _xml(document: pdfium.PdfDocument, index: int) -> bytes | None:
    """A file, if it is called XML and not too large. A damaged one is left out."""
    try:
        attachment = document.get_attachment(index)
        if not attachment.get_name().casefold().endswith(".xml"):
            return None
        size = ctypes.c_ulong()
        known = raw.FPDFAttachment_GetFile(attachment, None, 0, size)
        return bytes(attachment.get_data()) if known and 0 < size.value <= _MOST_BYTES else None
    except pdfium.PdfiumError:
        return None
