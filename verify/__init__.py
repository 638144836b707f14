"""Media in, facts about the media out: fingerprints, exact search, and what was done to a picture.

May import: the standard library, NumPy, Pillow, imagehash and PyAV. Imports nothing else of this product, so
that it can be read, tested and reused alone. Nothing here opens a network connection or starts a program.
"""
