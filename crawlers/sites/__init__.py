"""Sites, read in a child process: Scrapy lives here and nowhere else.

``python -m crawlers.sites.child`` reads one :class:`crawlers.site_job.SiteJob` from its standard input and hands pages and bytes
to its parent (:mod:`crawlers.sources.web`), one at a time. It holds no key and writes nothing but files in the folder that
its parent gave it.
"""
