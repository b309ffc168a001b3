"""How cases were run against how their SOP is written. Pure."""
