"""The verbs: each fetches under a lock, lets the pure core decide, records all in one transaction."""
