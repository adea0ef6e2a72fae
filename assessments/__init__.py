"""What becomes of a studio over the years: assessments, registers, clocks, effects."""
