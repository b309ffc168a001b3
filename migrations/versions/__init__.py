"""One module per revision, in order; a module never changes once it was released."""
