"""Commands on units, positions, holders, absences and what follows from their change."""
