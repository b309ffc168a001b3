"""What officials say about findings, and what they decide about how their SOPs run."""
