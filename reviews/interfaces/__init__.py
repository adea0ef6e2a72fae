"""View-models of reviews: what pages show, worked out from rows and rulesets."""
