"""One request, start to end: who asks, whether they may, what they get, and the record of it."""
