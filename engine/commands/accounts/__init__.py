"""Commands on accounts, sessions and proofs of identity."""
