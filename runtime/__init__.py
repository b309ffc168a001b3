"""Where the parts become a system: settings, composition, command line."""
