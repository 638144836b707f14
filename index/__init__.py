"""The vocabulary, the storage port and its backends: posts, media, claims, verdicts, matches.

May import ``verify`` (a record carries the fingerprints that ``verify`` computed), and nothing else of ours.
"""
