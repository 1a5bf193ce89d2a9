"""Well-known groups of areas, with the months in which their members joined and left.

A member is written CODE@first or CODE@first..last, in months; the last one is the last whole or
broken month of membership. What a study means by other groups it lists itself.
"""

NEVER = "9999-12"  # the last month of who is a member today


def _members(text: str) -> tuple[tuple[str, str, str], ...]:
    found = []
    for part in text.split():
        code, _, months = part.partition("@")
        first, _, last = months.partition("..")
        found.append((code, first, last or NEVER))
    return tuple(sorted(found))


CHANGING = {
    # Treaties of accession; the United Kingdom left on 31 January 2020 (Eurostat, EU enlargements).
    "European Union": _members(
        "BEL@1958-01 DEU@1958-01 FRA@1958-01 ITA@1958-01 LUX@1958-01 NLD@1958-01 DNK@1973-01 "
        "IRL@1973-01 GBR@1973-01..2020-01 GRC@1981-01 ESP@1986-01 PRT@1986-01 AUT@1995-01 "
        "FIN@1995-01 SWE@1995-01 CYP@2004-05 CZE@2004-05 EST@2004-05 HUN@2004-05 LTU@2004-05 "
        "LVA@2004-05 MLT@2004-05 POL@2004-05 SVK@2004-05 SVN@2004-05 BGR@2007-01 ROU@2007-01 "
        "HRV@2013-07"
    ),
    # Council decisions on the adoption of the euro (Eurostat, "Euro area enlargements").
    "euro area": _members(
        "AUT@1999-01 BEL@1999-01 DEU@1999-01 ESP@1999-01 FIN@1999-01 FRA@1999-01 IRL@1999-01 "
        "ITA@1999-01 LUX@1999-01 NLD@1999-01 PRT@1999-01 GRC@2001-01 SVN@2007-01 CYP@2008-01 "
        "MLT@2008-01 SVK@2009-01 EST@2011-01 LVA@2014-01 LTU@2015-01 HRV@2023-01 BGR@2026-01"
    ),
    # Treaty on the Eurasian Economic Union, in force on 1 January 2015; accession of Armenia on
    # 2 January and of Kyrgyzstan on 12 August 2015 (Eurasian Economic Commission).
    "EAEU": _members("BLR@2015-01 KAZ@2015-01 RUS@2015-01 ARM@2015-01 KGZ@2015-08"),
    # Alma-Ata Declaration of 21 December 1991. Georgia joined in December 1993 and left in August
    # 2009, Turkmenistan has been an associate since August 2005, Ukraine withdrew its envoys in May
    # 2018 (CIS Executive Committee; Ukrainian presidential decree of 19 May 2018).
    "CIS": _members(
        "ARM@1991-12 AZE@1991-12 BLR@1991-12 KAZ@1991-12 KGZ@1991-12 MDA@1991-12 RUS@1991-12 "
        "TJK@1991-12 UZB@1991-12 TKM@1991-12..2005-08 UKR@1991-12..2018-05 GEO@1993-12..2009-08"
    ),
    # Summits since 1975, with Canada since June 1976; the European Union takes part, uncounted.
    "G7": _members(
        "CAN@1976-06 DEU@1975-11 FRA@1975-11 GBR@1975-11 ITA@1975-11 JPN@1975-11 USA@1975-11"
    ),
    # First summit on 16 June 2009; South Africa since 24 December 2010; Johannesburg Declaration of
    # 2023; Brazilian chair, 6 January 2025. Saudi Arabia was invited and has not confirmed.
    "BRICS": _members(
        "BRA@2009-06 CHN@2009-06 IND@2009-06 RUS@2009-06 ZAF@2010-12 ARE@2024-01 EGY@2024-01 "
        "ETH@2024-01 IRN@2024-01 IDN@2025-01"
    ),
    # ASEAN Secretariat, "Member States"; Timor-Leste since 26 October 2025.
    "ASEAN": _members(
        "IDN@1967-08 MYS@1967-08 PHL@1967-08 SGP@1967-08 THA@1967-08 BRN@1984-01 VNM@1995-07 "
        "LAO@1997-07 MMR@1997-07 KHM@1999-04 TLS@2025-10"
    ),
    "World": _members("WLD@"),
}

# A group as it was in one month, which it stays: Eurostat's fixed compositions.
FIXED = {
    "EU27": ("European Union", "2020-02"),
    "EU28": ("European Union", "2013-07"),
    "EU27 of 2007": ("European Union", "2007-01"),
    "EU25": ("European Union", "2004-05"),
    "EU15": ("European Union", "1995-01"),
    "EA19": ("euro area", "2015-01"),
    "EA20": ("euro area", "2023-01"),
    "EA21": ("euro area", "2026-01"),
}

# Eurostat's codes and labels, UN Comtrade's and ITC's names, and common ones.
ALIASES = {
    "European Union": ("EU", "EUR", "EUU", "European Union - changing composition",
                       "European Union (changing composition)"),
    "EU27": (
        "EU27_2020", "EU-27", "EU 27", "European Union - 27 countries",
        "European Union - 27 countries (from 2020)", "European Union - 27 countries (2020)",
        "European Union (EU 27)", "European Union (27)", "EU27 (from 2020)", "EU27 (2020)",
    ),
    "EU28": (
        "EU-28", "EU 28", "EU28_2013", "European Union - 28 countries", "European Union (EU 28)",
        "European Union - 28 countries (2013-2020)", "European Union (28)",
    ),
    "EU27 of 2007": ("EU27_2007", "European Union - 27 countries (2007-2013)"),
    "EU25": ("EU-25", "EU 25", "EU25_2004", "European Union - 25 countries",
             "European Union - 25 countries (2004-2006)"),
    "EU15": ("EU-15", "EU 15", "EU15_1995", "European Union - 15 countries",
             "European Union - 15 countries (1995-2004)"),
    "euro area": ("EA", "Eurozone", "Euro zone", "Euro area - changing composition",
                  "Euro area (changing composition)"),
    "EA19": ("EA-19", "EA19_2015", "Euro area - 19 countries", "Euro area 19",
             "Euro area - 19 countries (from 2015)", "Euro area - 19 countries (2015-2022)"),
    "EA20": ("EA-20", "EA20_2023", "Euro area - 20 countries", "Euro area 20",
             "Euro area - 20 countries (from 2023)", "Euro area - 20 countries (2023-2025)"),
    "EA21": ("EA-21", "EA21_2026", "Euro area - 21 countries", "Euro area 21",
             "Euro area - 21 countries (from 2026)"),
    "EAEU": ("EEU", "Eurasian Economic Union"),
    "CIS": ("Commonwealth of Independent States",),
    "G7": ("G-7", "Group of Seven"),
    "ASEAN": (
        "Association of Southeast Asian Nations", "Association of South-East Asian Nations", "R4",
    ),
    "World": ("WLD", "W00", "WORLD"),
}  # fmt: skip
