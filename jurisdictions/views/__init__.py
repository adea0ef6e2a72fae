"""Pages of jurisdictions: public ones, and those of the administrators."""
