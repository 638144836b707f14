"""The pages: server-rendered, thin, and usable without JavaScript.

May import ``sankofa.workflows``, ``sankofa.desk``, ``reports`` (words, filters, partials) and, alone in the house, FastAPI,
Starlette and uvicorn. What a page does stands in the workflows; what it says, in ``templates``.
"""
