"""Sample data of a demonstration: offices, people, calls and filings of every city.

What is in it is said by ``fixtures/demo/<code>.yaml``; it is made by driving the portal's own
code, so that a sample can stand nowhere where a real filing could not.
"""
