"""How a case moves: what follows from an act, who a new visit is for and until when, what forms see. Pure."""
