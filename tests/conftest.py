"""Puts this folder on the path, so that tests in any of its rooms share its helpers."""

from hypothesis import settings

# A busy machine is no fault of the code, and the same examples everywhere are no surprise.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
