"""What a notebook shows: the answer, claims, figures, tables, folds, sources.

An exhibit is data with its rules. JupyterLab shows it natively; the HTML report is made from the
same data, which travels in the notebook under a MIME type of its own,
``application/vnd.tradecheck.<kind>+json``.

Fields typed ``Words`` take a text, shown as it stands, or a ``Prose``, which is Markdown; where a
docstring says that a field is Markdown, a text is taken as Markdown, too.
"""

from tradecheck.show.exhibits.base import GRADES, MARKS, VERDICTS, Exhibit, Mark, mark_words
from tradecheck.show.exhibits.blocks import Cards, Cite, Fold, Siblings, Source, Sources
from tradecheck.show.exhibits.claims import Claim, Claims, Strip, claim_anchor
from tradecheck.show.exhibits.figures import Figure, Pair
from tradecheck.show.exhibits.opening import Answer, Glance, Masthead
from tradecheck.show.exhibits.picture import Picture
from tradecheck.show.exhibits.tables import Cell, Column, Row, Table, shown

__all__ = [
    "GRADES",
    "MARKS",
    "VERDICTS",
    "Answer",
    "Cards",
    "Cell",
    "Cite",
    "Claim",
    "Claims",
    "Column",
    "Exhibit",
    "Figure",
    "Fold",
    "Glance",
    "Mark",
    "Masthead",
    "Pair",
    "Picture",
    "Row",
    "Siblings",
    "Source",
    "Sources",
    "Strip",
    "Table",
    "claim_anchor",
    "mark_words",
    "shown",
]
