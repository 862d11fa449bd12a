"""AWS Organizations, as far as accounts go: an organization, and the accounts that are made in it."""
