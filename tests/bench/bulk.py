"""Bulk files to one Parquet file, beside what only decompresses them; prints JSON.

    python bulk.py FOLDER [ROWS]

Generated rows in UN Comtrade's columns, sorted by reporter as its files are; three codes are kept.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import numpy as np
import pandas as pd
from isal import igzip

from tradecheck.data.bulk import convert
from tradecheck.data.sources.base import Wanted

NAMES = (
    "typeCode freqCode refPeriodId refYear refMonth period reporterCode flowCode partnerCode "
    "partner2Code classificationCode isOriginalClassification cmdCode aggrLevel isLeaf customsCode "
    "mosCode motCode qtyUnitCode qty netWgt cifvalue fobvalue primaryValue isReported"
).split()
KEPT = ("847130", "854231", "851762")


def generate(path: Path, rows: int) -> None:
    random = np.random.default_rng(1)
    codes = np.array(
        [*map(int, KEPT), *random.choice(np.arange(10000, 999999), 5600, replace=False)]
    )
    reporters = np.sort(random.integers(4, 900, 200))
    with igzip.open(path, "wb", compresslevel=1) as file:
        file.write(("\t".join(NAMES) + "\n").encode())
        for start in range(0, rows, 100_000):
            count = min(100_000, rows - start)
            reporter = reporters[start * len(reporters) // rows]
            columns = (
                random.integers(1, 13, count), random.integers(0, 900, count),
                codes[random.integers(0, len(codes), count)],
                (random.random(count) < 0.5) * 1000, np.round(random.lognormal(9, 2, count), 3),
            )  # fmt: skip
            file.write(
                "".join(
                    f"C\tM\t2022{m:02d}01\t2022\t{m}\t2022{m:02d}\t{reporter}\tX\t{p}\t0\tH6\tTrue\t"
                    f"{c:06d}\t6\tTrue\tC00\t0\t{t}\t8\t{v}\t{v}\t\t{v}\t{v}\tTrue\n"
                    for m, p, c, t, v in zip(*columns, strict=True)
                ).encode()
            )


def timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def by_pandas(path: Path) -> None:
    table = pd.read_csv(path, sep="\t", dtype={"cmdCode": "str"}, usecols=NAMES[5:24])
    table[table["cmdCode"].isin(KEPT)].to_parquet(path.with_suffix(".pandas"))


def main(folder: Path, rows: int) -> None:
    path = folder / "bulk.gz"
    generate(path, rows)
    wanted = Wanted(products=KEPT)
    ours = timed(lambda: convert([path], folder / "bulk.parquet", wanted))
    memory = getrusage(RUSAGE_SELF).ru_maxrss / 1024

    def inflate() -> None:
        with igzip.open(path) as file:
            while file.read(1 << 24):
                pass

    zcat = timed(lambda: subprocess.run(["zcat", path], stdout=subprocess.DEVNULL, check=True))
    found = {
        "rows": rows,
        "igzip": ours / timed(inflate),
        "zcat": ours / zcat,
        "pandas": timed(lambda: by_pandas(path)) / ours,
        "megabytes": memory,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
