"""Keys that stand in addresses, kept out of logs: the one library that logs addresses is told so."""

import logging
from urllib.parse import quote, quote_plus


def hidden(text: str, secrets: tuple[str, ...]) -> str:
    """A text without the keys, however an address writes them."""
    for secret in secrets:
        for form in sorted({secret, quote(secret, safe=""), quote_plus(secret)}, key=len)[::-1]:
            text = text.replace(form, "…")
    return text


class _Hiding(logging.Filter):
    secrets: frozenset[str] = frozenset()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = hidden(record.getMessage(), tuple(self.secrets)), ()
        return True


_hiding = _Hiding()


def keep_out_of_logs(secrets: tuple[str, ...]) -> None:
    """From now on no record of a connection holds these keys."""
    _hiding.secrets |= frozenset(secrets)
    if secrets:
        logging.getLogger("urllib3.connectionpool").addFilter(_hiding)  # once: it knows its filters
