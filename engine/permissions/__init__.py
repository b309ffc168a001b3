"""Who may do what and in which capacity, who stands in for whom, and in words why not. Pure."""
