"""What a grammar admits, told over single bytes: no test here needs a model's vocabulary."""

from llguidance import LLMatcher

from vouch.grammar.walking import byte_tokenizer


def matcher_of(lark: str) -> LLMatcher:
    matcher = LLMatcher(byte_tokenizer(), LLMatcher.grammar_from_lark(lark), log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    return matcher


def admits(lark: str, text: str) -> bool:
    """Whether the whole text is a sentence of the grammar."""
    matcher = matcher_of(lark)
    tokens = list(text.encode())
    return bool(matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting())
