"""The one error a user sees: a sentence with the place, the rule and the remedy."""


class TradecheckError(Exception):
    """A mistake a user can mend. Its text is one sentence, shown without a traceback."""
