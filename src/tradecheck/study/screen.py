"""What a study asks of a screen: which half-year, against which ordinary ones, by which rule."""

from pydantic import Field

from tradecheck.study.periods import HS_REVISIONS, following, parse_months
from tradecheck.study.values import Month, Months, Number, RawName, Strict, Text

HALF_YEAR = 6  # months in which a window may end
WINDOW, BASE = 3, 12  # months of a window, and before it


class ScreenSpec(Strict):
    """A look at every monthly series of the study's trade. `screen: {}` takes each default."""

    half_year: Months | None = Field(
        default=None, description="six months in a row; default: the last six shown"
    )
    ordinary: list[Months] = Field(
        default=[],
        description="earlier half-years in which nothing special happened; default: as many as the "
        "data hold, up to the base's last month",
    )
    table: RawName | None = Field(
        default=None, description="which monthly table among the evidence; default: the first"
    )
    beside: Text | None = Field(
        default=None, description="a partner that is not screened, to compare each line with"
    )
    times: Number = Field(default=2.0, gt=1, description="how many times the base is a doubling")
    least: Number = Field(
        default=50_000.0, ge=0, description="what it must reach a month, in units of the currency"
    )
    error_rate: Number = Field(
        default=0.1, gt=0, lt=1, description="of a list: the part that ordinary half-years explain"
    )
    breadth: Number = Field(
        default=0.05, gt=0, lt=1, description="the same for chapters that moved as a whole"
    )
    revisions: list[Month] = Field(
        default=list(HS_REVISIONS),
        description="months in which the codes changed; default: the editions of the HS",
    )

    def model_post_init(self, _: object) -> None:
        named = [half for half in (*self.ordinary, self.half_year) if half]
        for half in named:
            months = parse_months(half)
            if len(months) != HALF_YEAR or following(months[0], HALF_YEAR - 1) != months[-1]:
                raise ValueError(f"a half-year is six months in a row, and {half} is not")
        spans = sorted(parse_months(half) for half in named)
        for earlier, later in zip(spans, spans[1:], strict=False):
            if earlier[-1] >= later[0]:
                raise ValueError(
                    f"the half-years that begin in {earlier[0]} and {later[0]} overlap; "
                    "each month counts once"
                )
        if self.half_year and named and spans[-1] != parse_months(self.half_year):
            raise ValueError("the ordinary half-years come before the one that is screened")
