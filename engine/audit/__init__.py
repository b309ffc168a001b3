"""The log as proof: event bytes, their chain, replay and verification. Nothing here touches a database."""
