"""What leaves the system as a file: the timing log and the audit log."""
