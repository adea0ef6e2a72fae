"""Commands of the review app."""
