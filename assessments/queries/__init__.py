"""Shared reads of studios and their registers."""
