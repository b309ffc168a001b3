"""What requests and answers look like; the tables are elsewhere and never shown."""
