"""Who is at the other end: system roles that a second factor wakes, and the keys that seal secrets. Pure."""
