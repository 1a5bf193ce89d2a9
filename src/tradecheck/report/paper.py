"""A page for the printer: what only a screen can use is taken out of it."""

import re

from tradecheck.report.links import page_beside


def for_paper(html: str) -> str:
    """The page as it is to be printed to PDF.

    Links to pages beside it, which a sheet cannot follow and a browser would print with the folders
    of this machine, become words. A figure's frame becomes a group, so that the PDF has one Figure
    tag a drawing, the one with the alternative text.
    """

    def words(match: re.Match) -> str:
        return "<a" if page_beside(match[1]) else match[0]

    html = re.sub(r'<a href="([^"]*)"', words, html)
    return html.replace("<figure ", '<figure role="group" ')
