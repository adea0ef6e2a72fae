"""Pure machinery of rulesets: facts, rules, dates, national tables. No Django, no Celery."""
