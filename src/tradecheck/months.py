"""Months as "2024-07" and Indian fiscal years as "FY2024-25" (April to March)."""


def following(month: str, steps: int = 1) -> str:
    """The month `steps` later (earlier, if negative)."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + steps
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def month_range(first: str, last: str) -> list[str]:
    """All months from first to last, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = following(first)
    return months


def fiscal_year(month: str) -> str:
    """The Indian fiscal year that holds the month."""
    start = int(month[:4]) - (month[5:] < "04")
    return f"FY{start}-{(start + 1) % 100:02d}"


def fiscal_months(year: str) -> list[str]:
    """The twelve months of an Indian fiscal year."""
    start = int(year[2:6])
    return month_range(f"{start}-04", f"{start + 1}-03")
