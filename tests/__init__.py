"""Tests mirror the source: tests/<app>/test_<module>.py."""
