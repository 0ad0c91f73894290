"""Text of a document as it may stand in a prompt: it can neither end its row nor command."""

import re

OPENERS = "<[≮﹇﹤＜［"
"""All that a normalising tokenizer (NFKC, NFKD) may take for "<" or "["."""
_OPENER = re.compile(f"[{re.escape(OPENERS)}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def harmless(text: str) -> str:
    """One line of foreign text, with a space put after each "<" and "[" and their look-alikes.

    The special tokens of tokenizers ("<|im_start|>", "<image>", "</s>", "[INST]") and the marks
    around a document in our prompts all begin so, and none has a space there: what is printed can
    be neither. Tokenizers that normalise (NFKC) see through full-width forms, hence those too.
    Taking the first space after each of these characters away gives the printed text back; line
    breaks and control characters, which cannot be printed, become spaces.
    """
    return _OPENER.sub(r"\g<0> ", _CONTROL.sub(" ", text))
