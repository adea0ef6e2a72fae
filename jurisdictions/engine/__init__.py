"""Works out what a ruleset means for one filing. Plain Python: no Django, no clock."""
