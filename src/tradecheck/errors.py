"""The one error a user sees: a sentence with the place, the rule and the remedy."""


class TradecheckError(Exception):
    """A mistake a user can mend. Its text is one sentence, shown without a traceback."""


FAULTS = (TradecheckError, PermissionError)  # what a user can mend


def sentence_of(fault: Exception) -> str:
    """One of the faults as a sentence."""
    if isinstance(fault, PermissionError):
        return f"{fault.filename} cannot be used: correct its permissions, then run again."
    return str(fault)
