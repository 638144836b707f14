"""The demonstration: the Kidal case of November 2023 as data, stand-in media, and its outside world on loopback.

The code that collects, matches and reports in the demonstration is the code that does so in production; only what it
meets outside is replayed here. Handles, posts and pictures are made up; checks, publishers and addresses are real.
"""
