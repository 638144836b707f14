"""The command line: what a person types becomes a call of :mod:`sankofa.workflows`, and the answer text or JSON.

Thin: it parses, calls, prints. The only package that imports typer and rich. Everything heavy is imported inside the
commands, so that ``--help`` is quick.
"""
