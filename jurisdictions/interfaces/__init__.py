"""What the city's policy shows to people: forms, answers, sheets."""
