"""Notebooks become reports: only what is out of date, complete or not at all.

Nothing here imports pandas, matplotlib, papermill or nbconvert before a notebook must run.
"""
