"""The demonstration: its data loaded, its worked run, and an office to look around in."""
