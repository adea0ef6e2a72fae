"""How a filing is judged: cases, stages, lists, panels, publicity."""
