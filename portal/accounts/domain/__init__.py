"""All writes about people and units."""
