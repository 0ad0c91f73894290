"""The built-in schema `answer`: a question about a picture."""

from typing import Literal

from pydantic import Field

from vouch.schemas.value import Value

QuestionKind = Literal["check", "reading", "counting", "classification", "location", "free"]
"""What sort of answer a question wants: yes or no, printed text, a number, a class, a place."""


class Answer(Value):
    """What the picture answers; null where it does not."""

    answer: str | None = Field(
        None, description="As short as can be, printed words wherever there are any."
    )
    kind: QuestionKind | None = Field(None, description="Judged from the question alone.")
