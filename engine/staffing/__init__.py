"""What today's organisation means for work: dry runs, absences, takeovers, reassessment. Pure."""
