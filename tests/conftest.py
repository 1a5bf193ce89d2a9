"""Puts this folder on the path, so that tests in any of its rooms share `report_sample`."""
