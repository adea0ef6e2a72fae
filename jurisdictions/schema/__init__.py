"""What a city may say in its ruleset: the shape of the YAML, as pydantic models.

Plain Python: nothing here knows Django. ``ruleset.Ruleset`` is the root.
"""
