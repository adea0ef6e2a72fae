"""Accounts of people, the enterprises they act for, and signing in."""
