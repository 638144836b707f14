"""The sources, one module each; the library that a source needs stays in its module."""
