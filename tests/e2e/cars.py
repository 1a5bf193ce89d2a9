"""One country's car exports in invented figures, as the files of several offices hold them."""

import csv
import io
from collections.abc import Iterator

from tradecheck.study.periods import month_range

MONTHS = month_range("2021-01", "2023-10")
# US$ by month: cars with petrol engines (870323), hybrids (870340).
PETROL = [
    4187312, 4955031, 6290874, 5402217, 6613950, 5987004, 5120666, 6388145, 7012593, 6401877, 7730218,
    7102446, 6519903, 5877120, 8204461, 11930877, 15248033, 16998210, 19120774, 22345108, 28771930,
    33518846, 38240195, 41027734, 35910662, 39204811, 43880129, 42511706, 46190553, 49320874, 44718022,
    47990316, 52103948, 50873651,
]  # fmt: skip
HYBRID = [
    3811204, 4102877, 4795119, 4533790, 5390416, 5011253, 4880127, 5612399, 5980244, 5598613, 6271905,
    5897731, 5480214, 5122909, 6791338, 10069218, 12752011, 14001755, 15879330, 17655019, 23228477,
    27481230, 31759902, 33972488, 30089411, 32795270, 36119954, 35488103, 38809662, 40679235, 37281846,
    40009775, 42896018, 42126440,
]  # fmt: skip
CODES = {"870323": PETROL, "870340": HYBRID}
TOTALS = [petrol + hybrid for petrol, hybrid in zip(PETROL, HYBRID, strict=True)]
HEADER = (
    "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,"
    "flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,"
    "classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,"
    "customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,"
    "altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,"
    "cifvalue,fobvalue,primaryValue,legacyEstimationFlag,isReported,isAggregate"
)
PARTNERS = {
    "RUS": ("643", "Russian Federation"), "W00": ("0", "World"), "DEU": ("276", "Germany"),
    "CUW": ("531", "Curaçao"),
}  # fmt: skip


def tidy(codes: bool = False) -> bytes:
    """A table of one's own: month, reporter, partner, flow, code, value; by heading or by six digits."""
    rows = ["period,reporter,partner,flow,product,value_usd"]
    for code, values in (CODES if codes else {"8703": TOTALS}).items():
        rows += [
            f"{m},Türkiye,Russia,exports,{code},{v}" for m, v in zip(MONTHS, values, strict=True)
        ]
    return "\n".join(rows).encode() + b"\n"


def spreadsheet() -> bytes:
    """The same as a spreadsheet of another country saves it: semicolons, Apr-21, decimal commas."""
    names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    rows = ["Month;Reporter;Partner;Flow;HS4;Value (USD)"]
    for month, value in zip(MONTHS, TOTALS, strict=True):
        told = f"{names[int(month[5:]) - 1]}-{month[2:4]}"
        amount = f"{value:,}".replace(",", ".")
        rows.append(f"{told};Türkiye;Russia;Export;8703;{amount},00")
    return "\r\n".join(rows).encode("utf-8-sig")


def comtrade(codes: bool = False, whole: bool = False) -> bytes:
    """A download of UN Comtrade's site: 47 names, 48 fields in every row, latin-1.

    whole: with the world, other partners, years, and the parts of each figure by mode of transport,
    customs procedure and second partner.
    """
    out = io.StringIO()
    write = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
    for row in _rows(codes, whole):
        write(row)
    return (HEADER + "\n" + out.getvalue().replace(',""\n', ",\n")).encode("latin-1")


def _rows(codes: bool, whole: bool) -> Iterator[list[str]]:
    for code, values in (CODES if codes else {"8703": TOTALS}).items():
        for month, value in zip(MONTHS, values, strict=True):
            yield _row(month, code, value)
            if not whole:
                continue
            yield _row(month, code, value * 3, partner="W00")
            yield _row(month, code, value // 2, partner="DEU")
            yield _row(month, code, 1000, partner="CUW")
            for mode, part in (("2100", value // 4), ("3200", value - value // 4)):
                yield _row(month, code, part, motCode=mode, motDesc="a mode")
            yield _row(month, code, value // 5, customsCode="C04", customsDesc="a procedure")
            yield _row(month, code, value // 7, partner2Code="268", partner2ISO="GEO")
        if whole:
            year = [v for m, v in zip(MONTHS, values, strict=True) if m < "2022"]
            yield _row("2021", code, sum(year))


def _row(month: str, code: str, value: int, partner: str = "RUS", **told: str) -> list[str]:
    number, name = PARTNERS[partner]
    year, of_year = month[:4], month[5:] or "52"
    fields = dict.fromkeys(HEADER.split(","), "") | {
        "typeCode": "C", "freqCode": "M" if month[5:] else "A", "refPeriodId": f"{year}{of_year}01",
        "refYear": year, "refMonth": str(int(of_year)), "period": month.replace("-", ""),
        "reporterCode": "792", "reporterISO": "TUR", "reporterDesc": "Türkiye", "flowCode": "X",
        "flowDesc": "Export", "partnerCode": number, "partnerISO": partner, "partnerDesc": name,
        "partner2Code": "0", "partner2ISO": "W00", "partner2Desc": "World", "classificationCode": "H6",
        "classificationSearchCode": "HS", "isOriginalClassification": "true", "cmdCode": code,
        "cmdDesc": "Cars", "aggrLevel": str(len(code)), "isLeaf": "false", "customsCode": "C00",
        "customsDesc": "TOTAL CPC", "mosCode": "0", "motCode": "0", "motDesc": "TOTAL MOT",
        "qtyUnitCode": "-1", "qtyUnitAbbr": "N/A", "fobvalue": str(value), "primaryValue": str(value),
        "legacyEstimationFlag": "0", "isReported": "true", "isAggregate": "false",
    }  # fmt: skip
    return [*(fields | told).values(), ""]
