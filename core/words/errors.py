"""What this room raises: a written word or figure that cannot be read.

Its text is a translated sentence, fit to stand beside the field.
"""


class WordsError(ValueError):
    """Says in one sentence why a typed text is no amount, quantity, rate or date."""
