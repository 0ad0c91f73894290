"""The built-in schema `generic`: what stands on any page, without knowing what it means."""

from typing import Literal

from pydantic import Field

from vouch.schemas.value import Value

BlockKind = Literal["title", "heading", "paragraph", "list_item", "caption", "header", "footer"]


class Pair(Value):
    """A label and what stands for it."""

    key: str | None = None
    value: str | None = None


class Cell(Value):
    """One cell of a table; rows and columns count from 0."""

    row: int | None = None
    column: int | None = None
    rows: int | None = Field(None, description="How many rows it spans; null: one.")
    columns: int | None = Field(None, description="How many columns it spans; null: one.")
    text: str | None = None


class Table(Value):
    """A table, cell by cell, row by row."""

    page: int | None = None
    cells: tuple[Cell, ...] = ()


class Block(Value):
    """A run of text with one purpose."""

    kind: BlockKind | None = None
    text: str | None = None


class Generic(Value):
    """Pairs, tables and blocks of a document, in reading order."""

    pairs: tuple[Pair, ...] = ()
    tables: tuple[Table, ...] = ()
    blocks: tuple[Block, ...] = ()
