"""The columns of UN Comtrade by all their names, and its codes of editions and units."""

import re
from collections.abc import Sequence

FIELDS = {  # field → its names, letters and digits only, the best first
    "frequency": "freqcode freq",
    "period": "period refperiodid perioddesc",
    "month": "refmonth",
    "reporter": "reportercode rtcode reporteriso rt3iso reporterdesc reporter rttitle",
    "partner": "partnercode ptcode partneriso pt3iso partnerdesc partner pttitle",
    "partner2": "partner2code 2ndpartnercode secondpartnercode ptcode2 partner2iso",
    "flow": "flowcode tradecode tradeflowcode rgcode flowdesc tradeflow rgdesc",
    "edition": "classificationcode classification pfcode",
    "product": "cmdcode commoditycode",
    "customs": "customscode customsproccode cstcode",
    "supply": "moscode",
    "transport": "motcode modeoftransportcode",
    "unit": "qtyunitabbr qtyunit qtdesc",
    "unit_code": "qtyunitcode qtcode",
    "quantity": "qty tradequantity",
    "weight": "netwgt netweightkg netweight",
    "value": "primaryvalue tradevalueus tradevalueusd tradevalue",
    "cif": "cifvalue ciftradevalueus ciftradevalueusd",
    "fob": "fobvalue fobtradevalueus fobtradevalueusd",
    "released": "lastreleased",
}  # fmt: skip
NEEDED = ("period", "reporter", "partner", "flow", "product", "value")
EDITIONS = {
    f"H{number}": f"HS{year}"
    for number, year in enumerate((1992, 1996, 2002, 2007, 2012, 2017, 2022))
}
UNITS = {
    "-1": "", "0": "", "1": "", "2": "m²", "3": "1000 kWh", "4": "m", "5": "u", "6": "2u", "7": "l",
    "8": "kg", "9": "1000u", "10": "jeu/pack", "11": "12u", "12": "m³", "13": "carat",
}  # fmt: skip
NO_UNIT = ("", "n/a", "na", "no quantity", "none")
SPECIAL = ("DX", "FM", "MIP", "XIP", "MOP", "XOP")  # domestic exports, processing …
CUTS = (500, 100_000, 250_000)  # rows at which an answer ends without a word


def fields(names: Sequence[str]) -> dict[str, int] | None:
    """The numbers of the columns that are read; None if the names are not those of UN Comtrade."""
    plain_names = [re.sub(r"[^0-9a-z]", "", name.casefold()) for name in names]
    found = {}
    for field, known in FIELDS.items():
        column = next(
            (plain_names.index(name) for name in known.split() if name in plain_names), None
        )
        if column is not None:
            found[field] = column
    if not set(NEEDED) <= found.keys():
        return None
    named = {plain_names[column] for column in found.values()}
    sure = (
        {"primaryvalue", "cmdcode"} <= named
        or "commoditycode" in named
        and (named & {"tradevalueus", "tradevalueusd"} and named & {"reportercode", "rtcode"})
    )
    return found if sure or {"tradevalue", "rtcode", "cmdcode"} <= named else None
