"""What a worker does at each tick."""
