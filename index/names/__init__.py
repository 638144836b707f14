"""Names of places, groups, missions, organisations and persons of the Sahel, in Latin and Arabic script.

The rows are data beside this file: ``places.csv`` is built (``python -m bench places``), ``additions.csv`` and
``actors.csv`` are written by hand; a newsroom's own file has the same columns. Imports nothing of ``index`` but
characters and errors, so that the analyser may import it.
"""
