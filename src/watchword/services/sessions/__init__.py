"""What several services have to know of sessions: by what they are found, and what ends or refuses them."""
