"""The JSON shapes of the engine, as people and programs read them. Pure."""
