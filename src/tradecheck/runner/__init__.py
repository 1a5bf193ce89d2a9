"""Notebooks become reports: only what is out of date, complete or not at all.

Nothing here imports pandas, matplotlib, papermill or nbconvert before a notebook must run.
"""

import sys

# JupyterLab brings a package that takes longer to import than pandas; jsonschema imports it, if it
# is there, for a format that no notebook has.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # which forbids it
