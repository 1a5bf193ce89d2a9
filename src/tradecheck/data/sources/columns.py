"""What a column of a tidy table holds, by its name in any case: period, partner, value …"""

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from tradecheck.errors import TradecheckError
from tradecheck.study.currencies import CURRENCIES

KNOWN = {  # role → its names, the best first: a code before a name, a name before nothing
    "period": "period time_period year_month yearmonth ym ref_period period_code month date "
    "time refperiodid period_desc reference_period reporting_period month_year quarter",
    "first": "period_start first_month start_month from_month",
    "last": "period_end last_month end_month to_month",
    "year": "year ref_year refyear yr",
    "reporter": "reporter_iso reporter_iso3 reporter_iso2 reporter reporter_name reporter_desc "
    "reporter_code reporting_country reporting_economy declarant",
    "partner": "partner_iso partner_iso3 partner_iso2 partner partner_name partner_desc "
    "partner_code partner_country trading_partner trade_partner partner_economy destination "
    "destination_country country_of_destination country_of_origin origin_country",
    "flow": "flow flow_code trade_flow trade_flow_code flow_desc trade_flow_name direction "
    "trade_direction trade_type flow_type",
    "product": "product product_code commodity_code commodity cmd_code cmdcode code hs_code "
    "hscode hs cn_code cn hts hts_code hts_number tariff_code tariff_line prod_code item_code "
    "goods_code goods product_hs product_group taric",
    "currency": "currency currency_code value_currency currency_of_value unit_of_value "
    "value_unit",
    "quantity": "quantity qty net_weight netweight net_wgt weight net_mass quantity_1 "
    "supplementary_quantity",
    "unit": "unit qty_unit quantity_unit unit_of_quantity qty_unit_abbr uom unit_of_measure "
    "units",
    "released": "released vintage release release_date released_on data_as_of date_of_release",
    "status": "status obs_status obs_flag flag flags conf_status confidentiality",
    "edition": "edition classification classification_code nomenclature hs_edition hs_version "
    "hs_revision",
    "valuation": "valuation value_basis valuation_basis",
}  # fmt: skip
ROLES = {
    name: (role, rank) for role, names in KNOWN.items() for rank, name in enumerate(names.split())
}
EITHER_END = ("country", "exporter", "importer", "origin", "economy", "area")

VALUE_WORDS = {"value", "values", "amount", "val"}
IDLE_WORDS = set(
    "in of the us trade total statistical customs primary obs nominal current prices".split()
)
FLOW_WORDS = {"export": "X", "exports": "X", "import": "M", "imports": "M"}
WORDS = ("ALL", "TOP", "CUP", "PEN", "MAD")  # letters of currencies that are words, too
MONEY = {"euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "rupees": "INR",
         "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY", "yen": "JPY"}  # fmt: skip
SCALES = {
    1e3: ("thousand", "thousands", "thsd", "tsd", "ths", "k", "000", "1000"),
    1e5: ("lakh", "lakhs"),
    1e6: ("million", "millions", "mn", "mln", "mio", "mill", "m"),
    1e7: ("crore", "crores"),
    1e9: ("billion", "billions", "bn", "bln"),
}
SCALE = {word: scale for scale, words in SCALES.items() for word in words}
WEIGHTS = {"kg": "kg", "kgs": "kg", "kilograms": "kg", "tonnes": "t", "tons": "t", "t": "t"}


class Value(NamedTuple):
    """A column of values: currency, scale, valuation and flow as far as its name says them."""

    column: int
    currency: str = ""
    scale: float = 1.0
    valuation: str = ""
    flow: str = ""


class Columns(NamedTuple):
    """The numbers of a table's columns by what they hold."""

    roles: dict[str, int]
    values: tuple[Value, ...]
    digits: int  # of the codes, as the column's name promises; 0 if it does not
    weight: str  # the unit that the quantity's name says
    unused: tuple[int, ...]


def tidy_columns(names: Sequence[str]) -> Columns | None:
    """What the columns hold; None where no column holds months or none holds values."""
    plain = [plain_name(name) for name in names]
    roles: dict[str, tuple[int, int]] = {}  # role → rank, column
    digits: dict[int, int] = {}
    values, weights, known = [], {}, set()
    for number, name in enumerate(plain):
        role, rank = ROLES.get(name, ("", 0))
        if match := re.fullmatch(
            r"(?:product_|commodity_|code_)?(?:hs|cn|hts|ht|hsk|nc)_?(2|4|6|8|9|10)"
            r"(?:_?digit)?(?:_code)?",
            name,
        ):
            role, rank = "product", -int(match[1])  # the longest codes first
            digits[number] = int(match[1])
        if not role and (unit := _weight(name)):
            role, rank, weights[number] = "quantity", 0 if unit else 9, unit
        if role:
            known.add(number)
            if role not in roles or rank < roles[role][0]:
                roles[role] = (rank, number)
        elif value := _value(number, name):
            known.add(number)
            values.append(value)
    found = {role: number for role, (_, number) in roles.items()}
    if not values or not {"period", "year", "first"} & found.keys():
        return None
    unused = tuple(number for number in range(len(names)) if number not in known)
    return Columns(
        found,
        tuple(values),
        digits.get(found.get("product", -1), 0),
        weights.get(found.get("quantity", -1), ""),
        unused,
    )


def plain_name(name: str) -> str:
    """A column's name in small letters with _ between words: "Value (US$)" → value_usd."""
    name = (
        name.strip().casefold().replace("us$", " usd ").replace("€", " eur ").replace("£", " gbp ")
    )
    name = re.sub(r"([a-z])(?=\()", r"\1 ", name.replace("₹", " inr "))
    return re.sub(r"[^0-9a-z$%]+", "_", name).strip("_")


def money(text: str) -> tuple[str, float] | None:
    """The currency and scale of a text such as USD, US$ mn or thousand euros, or None."""
    found = _value(0, f"value_{plain_name(text)}")
    return (
        (found.currency, found.scale) if found and found.currency and not found.valuation else None
    )


def meant(names: Sequence[str], held: Collection[str] = ()) -> str:
    """Which known columns misspelt ones may be: "; did you mean partner where it says partnr?" or nothing.

    held: the roles that other columns have.
    """
    found = []
    for name in names:
        plain = plain_name(name.strip().strip('"'))
        first, _, rest = plain.partition("_")
        near = get_close_matches(plain, ROLES, n=1, cutoff=0.8)
        worth = get_close_matches(first, VALUE_WORDS - {"val"}, n=1, cutoff=0.75)
        if plain in ROLES or _value(0, plain):
            continue
        if near and ROLES[near[0]][0] not in held:
            found.append(f"{near[0]} where it says {name.strip()}")
        elif worth and _value(0, f"{worth[0]}_{rest}".rstrip("_")) and "value" not in held:
            found.append(f"{worth[0]}_{rest}".rstrip("_") + f" where it says {name.strip()}")
    return f"; did you mean {' and '.join(found)}?" if found else ""


def either_end(names: Sequence[str]) -> str:
    """A column that may be reporter or partner, by its name."""
    return next((name for name in names if plain_name(name) in EITHER_END), "")


def _value(column: int, name: str) -> Value | None:
    words = name.split("_")
    found: dict[str, str] = {}
    scale, short, said = 1.0, False, False
    for word in words:
        if word in VALUE_WORDS:
            said = True
            continue
        currency = MONEY.get(word) or (word.upper() if word.upper() in CURRENCIES else "")
        valuation = word.upper() if word in ("fob", "cif") else ""
        flow = FLOW_WORDS.get(word, "")
        if word in SCALE:
            scale *= SCALE[word]
            short = short or len(word) == 1
        elif not (currency or valuation or flow or word in IDLE_WORDS):
            return None
        for field, text in (("currency", currency), ("valuation", valuation), ("flow", flow)):
            if text and found.setdefault(field, text) != text:
                return None
    if short and "currency" not in found:  # value_m: imports, or millions?
        return None
    if not said and not found or not said and found.get("currency") in WORDS:
        return None
    return Value(column, scale=scale, **found)


def _weight(name: str) -> str:
    """The unit in a name such as quantity_kg, weight (kg) or kg."""
    words = name.split("_")
    if words[-1] in WEIGHTS and all(
        word in ("quantity", "qty", "net", "weight", "wgt", "mass", "netweight", "in")
        for word in words[:-1]
    ):
        return WEIGHTS[words[-1]]
    return ""


def clash(place: str, names: Sequence[str], values: Sequence[Value]) -> None:
    """Refuses two columns of values in one currency: nothing says which one is meant."""
    seen: dict[tuple[str, str], Value] = {}
    for value in values:
        other = seen.setdefault((value.currency, value.flow), value)
        if other is not value:
            raise TradecheckError(
                f"{place}: the columns {names[other.column]} and {names[value.column]} both hold "
                f"values in {value.currency or 'a currency that is not named'}; keep one of them."
            )
