"""What goes in and out of the desk as files: claims as a table, records as JSON Lines.

What others wrote stays in their words; nothing in a file is executed or fetched.
"""
