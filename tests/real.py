"""The shipped study, read once for all tests that hold it to figures worked out by hand."""

from functools import cache
from pathlib import Path

from tradecheck.claims import ClaimsFile, read_claims
from tradecheck.cleaning import clean
from tradecheck.evidence import Knowledge, composition, monthly
from tradecheck.official import Tables, tables_of
from tradecheck.study.project import Project
from tradecheck.study import Study, load_study

ROOT = Path(__file__).resolve().parents[1]
PROJECT = Project(ROOT)
YEAR = "FY2024-25"


@cache
def study() -> Study:
    return load_study(PROJECT, "india-russia-2024")


@cache
def tables() -> Tables:
    return tables_of(PROJECT, study(), clean(PROJECT, study()).flows)


@cache
def claims() -> ClaimsFile:
    return read_claims(PROJECT, study().claims)


@cache
def official() -> Knowledge:
    return monthly(tables(), study())


@cache
def worst() -> Knowledge:
    return composition(tables(), study(), YEAR)
