"""What compiling a grammar, and holding a writer to it, may cost."""

from llguidance import LLParserLimits


def parser_limits() -> LLParserLimits:
    """What a grammar may cost: a tenth of a second of work and some 100 MB, whatever its size.

    Fuel is steps of work, about 50,000 a millisecond; a lexer state takes 1 to 2 kB. Errors stay
    terse: verbose ones quote the grammar, and with it the document.
    """
    return LLParserLimits(
        initial_lexer_fuel=1_000_000,
        step_lexer_fuel=500_000,
        max_lexer_states=50_000,
        max_grammar_size=200_000,
        verbose_errors=False,
    )
