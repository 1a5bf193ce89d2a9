"""What every test of a service needs."""

import pytest

from fakes.serving import Time


@pytest.fixture
def time():
    return Time()
