"""All writes of applications. Views and tasks call these; nothing else changes a row."""
