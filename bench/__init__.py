"""One command per figure: ``python -m bench NAME`` prints JSON. Figures are compared within one run, never with a fixed time."""
