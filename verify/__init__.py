"""Media in, facts about the media out: fingerprints, exact search, and what was done to a picture.

May import: the standard library, NumPy, Pillow, imagehash, PyAV and defusedxml; what is optional is imported by one adapter
each, when it is asked for. Imports nothing else of this product, so that it can be read, tested and reused alone. Nothing here
opens a network connection; the one program that is started is tesseract, to read the words in a picture.
"""
