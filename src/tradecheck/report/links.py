"""Where a link on a page may lead."""

import re

INDEX = "index.html"
_BESIDE = re.compile(r"[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*\.html")  # pages stand side by side
_FRAGMENT = re.compile(r"[A-Za-z0-9][\w.-]*")


def is_address(address: str) -> bool:
    """Whether a link may have this form: https, mailto, an id, a page beside this one."""
    if address.startswith(("https://", "mailto:")):
        return True
    file, sign, fragment = address.partition("#")
    if sign and not _FRAGMENT.fullmatch(fragment):
        return False
    return _BESIDE.fullmatch(file) is not None or (file == "" and sign == "#")


def page_beside(address: str) -> str:
    """The name of the page beside this one that a link leads to, or nothing."""
    file = address.partition("#")[0]
    return file if _BESIDE.fullmatch(file) else ""
