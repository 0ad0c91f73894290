"""The record without what must not be read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from vouch.grammar.proof import breaches
from vouch.schemas.draft import Pointer
from vouch.schemas.errors import RedactionFailed
from vouch.schemas.geometry import Bbox
from vouch.schemas.pointers import pointer_of
from vouch.schemas.record import Evidence, Field, FieldCandidate, Record, RecordDocument
from vouch.schemas.redaction import Redaction, SecretKind
from vouch.schemas.routing import Routing
from vouch.schemas.shape import JsonSchema
from vouch.workers.stages.redacting.secrets import echoes_in, secrets_in
from vouch.workers.stages.redacting.spans import masked

_COVERED = 0.5
"""Share of a piece of evidence that is masked: then its words are."""


@dataclass(frozen=True, slots=True)
class Mask:
    """What must not be read in any text of a record."""

    kinds: Sequence[SecretKind]
    known: Sequence[tuple[SecretKind, re.Pattern[str]]]
    """Secrets that stand on the document's pages."""
    places: Sequence[Redaction]

    def text(self, text: str) -> str:
        once = masked(text, secrets_in(text, self.kinds))
        return masked(once, tuple(echoes_in(once, self.known)))

    def value(self, value: JsonValue) -> JsonValue:
        """All texts inside a value; what is no text stays."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(member) for member in value]
        if isinstance(value, dict):
            return {name: self.value(member) for name, member in value.items()}
        return value

    def field(self, field: Field) -> Field:
        """A field without what must not be read: its value, what is printed, every reading."""
        raw = None if field.raw is None else self.text(field.raw)
        evidence = tuple(self.evidence(piece) for piece in field.evidence)
        is_touched = raw != field.raw or evidence != field.evidence
        kind = self._kind_under(field.evidence)
        value = self.value(field.value)
        if is_touched and value == field.value and field.status != "computed":
            # what was derived from a secret says it too, whatever form it has
            value = f"[{kind}]" if isinstance(value, str) else None
            raw = f"[{kind}]" if raw == field.raw and raw else raw
        return field.model_copy(
            update={
                "value": value,
                "raw": raw,
                "evidence": evidence,
                "candidates": tuple(self.candidate(one) for one in field.candidates),
            }
        )

    def candidate(self, candidate: FieldCandidate) -> FieldCandidate:
        evidence = tuple(self.evidence(piece) for piece in candidate.evidence)
        value = self.value(candidate.value)
        if evidence != candidate.evidence and value == candidate.value:
            kind = self._kind_under(candidate.evidence)
            value = f"[{kind}]" if isinstance(value, str) else None
        return candidate.model_copy(update={"value": value, "evidence": evidence})

    def evidence(self, piece: Evidence) -> Evidence:
        text = self.text(piece.text)
        place = self._over(piece)
        if text == piece.text and text and place is not None:
            text = f"[{place.kind}]"  # a part of a secret, which alone looks like none
        return piece.model_copy(update={"text": text})

    def _kind_under(self, evidence: Sequence[Evidence]) -> SecretKind:
        places = (self._over(piece) for piece in evidence)
        kinds = (place.kind for place in places if place is not None and place.kind is not None)
        return next(kinds, self.kinds[0])

    def _over(self, piece: Evidence) -> Redaction | None:
        """The place that masks a piece of evidence; of what was seen, which is no text, none."""
        if piece.match == "seen":
            return None
        box = Bbox.around(piece.polygon)
        return next(
            (
                place
                for place in self.places
                if place.page == piece.page
                and place.status == "masked"
                and box.containment(Bbox.around(place.polygon)) >= _COVERED
            ),
            None,
        )


def masked_record(record: Record, mask: Mask, json_schema: JsonSchema) -> Record:
    """The record with every text masked; its `data` is valid under the schema as it was before.

    RedactionFailed where the schema admits neither a masked value nor null.
    """
    fields, data = _masked(record.fields, record.data, mask, json_schema)
    name = record.source.filename
    source = {"filename": None if name is None else mask.text(name)}
    return record.model_copy(
        update={
            "fields": fields,
            "data": data,
            "documents": tuple(_document(one, mask, json_schema) for one in record.documents),
            "routing": None if record.routing is None else _routing(record.routing, mask),
            "source": record.source.model_copy(update=source),
        }
    )


def _masked(
    fields: Mapping[Pointer, Field], data: JsonValue, mask: Mask, json_schema: JsonSchema
) -> tuple[dict[Pointer, Field], JsonValue]:
    masked_fields = {pointer: mask.field(field) for pointer, field in fields.items()}
    changed = {
        pointer: field.value
        for pointer, field in masked_fields.items()
        if field.value != fields[pointer].value
    }
    told = _with(mask.value(data), changed)
    if breaches(json_schema, told):
        bare = {at: masked_fields[at].model_copy(update={"value": None}) for at in changed}
        masked_fields |= bare
        told = _with(told, dict.fromkeys(changed))
        if breaches(json_schema, told):
            raise RedactionFailed("the schema admits no value in place of what is to be masked")
    return masked_fields, told


def _document(document: RecordDocument, mask: Mask, json_schema: JsonSchema) -> RecordDocument:
    fields, data = _masked(document.fields, document.data, mask, json_schema)
    return document.model_copy(update={"fields": fields, "data": data})


def _routing(routing: Routing, mask: Mask) -> Routing:
    signs = tuple(sign.model_copy(update={"text": mask.text(sign.text)}) for sign in routing.signs)
    return routing.model_copy(update={"signs": signs})


def touched(before: Record, after: Record, place: Redaction) -> tuple[Pointer, ...]:
    """The fields that lost something that stands at a place, of whichever document of the file."""
    box = Bbox.around(place.polygon)
    pairs = [
        (before.fields, after.fields),
        *(
            (one.fields, other.fields)
            for one, other in zip(before.documents, after.documents, strict=True)
        ),
    ]
    lost = (
        pointer
        for fields, masked_fields in pairs
        for pointer, field in fields.items()
        if field != masked_fields[pointer] and _stands_in(field, place.page, box)
    )
    return tuple(dict.fromkeys(lost))


def _stands_in(field: Field, page: int, box: Bbox) -> bool:
    return any(
        piece.page == page and Bbox.around(piece.polygon).intersection(box) > 0
        for piece in field.evidence
    )


def _with(data: JsonValue, values: Mapping[Pointer, Any], at: Pointer = "") -> JsonValue:
    """Data with other values at some places."""
    if at in values:
        return values[at]  # type: ignore[no-any-return]
    if isinstance(data, dict):
        return {name: _with(one, values, at + pointer_of([name])) for name, one in data.items()}
    if isinstance(data, list):
        return [_with(one, values, at + pointer_of([index])) for index, one in enumerate(data)]
    return data
