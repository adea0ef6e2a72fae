"""Everything that changes the life of a studio after its naming."""
