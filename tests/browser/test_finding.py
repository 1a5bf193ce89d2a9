"""A missing browser skips the tests at a desk and fails them under CI."""

import pytest

from finding import MISSING, chromium


@pytest.fixture(autouse=True)
def no_browser(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("TRADECHECK_CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)


def test_at_a_desk():
    with pytest.raises(pytest.skip.Exception, match=MISSING):
        chromium()


def test_under_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=MISSING):
        chromium()


def test_named(monkeypatch):
    monkeypatch.setenv("TRADECHECK_CHROMIUM", "/opt/browser")
    assert chromium() == "/opt/browser"
