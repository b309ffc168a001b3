"""Messages on their way: what leaves the office, and where a stream of notices stands. Pure."""
