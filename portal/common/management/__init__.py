"""Management of the common parts."""
