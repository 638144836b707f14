"""Faults on a real cluster while it is written to: what it acknowledged must be there afterwards, and be whole."""
