"""What people read: sentences in both languages, dotted paths. Pure."""
