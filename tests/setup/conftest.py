import pytest

from checkouts import Checkout, small_checkout


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return small_checkout(tmp_path)
