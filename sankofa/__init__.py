"""The composition root: settings, bootstrap, workflows, command line and pages.

The only package that may import all the others; only ``sankofa.bootstrap`` picks a backend, a vault or a source.
"""
