"""A year of an organization's keys in two minutes: found, judged, replaced and retired by `watchword rotation`."""
