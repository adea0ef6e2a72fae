"""Readers of hostile files. They run in the child process of ``portal.common.sandbox`` only.

The package imports nothing of Django and nothing of the project outside itself: the child
starts isolated, with ``portal`` and ``portal.common`` as empty packages.
"""
