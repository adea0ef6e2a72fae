"""What a city asks: rulesets, offices, rounds. Knows no application."""
