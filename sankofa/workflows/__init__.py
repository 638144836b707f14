"""What the desk does, one module per act. The command line and the pages call only these; each takes the desk's ports."""
