"""One file a revision; the order is in `down_revision`."""
