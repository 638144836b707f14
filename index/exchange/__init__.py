"""What goes in and out of the desk as files: tables of claims, published checks, feeds, records as JSON Lines.

What others wrote stays in their words; nothing in a file is executed or fetched.
"""
