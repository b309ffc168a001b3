"""What an SOP is and how a case moves; no HTTP, mail, templates or scheduler live here."""
