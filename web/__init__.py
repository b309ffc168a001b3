"""Server-rendered pages over the same commands and queries as the API; no script runs in the browser."""
