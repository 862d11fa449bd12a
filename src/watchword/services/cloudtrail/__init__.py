"""CloudTrail: what happened, read from the journal. There are no trails to set up: everything is always on record."""
