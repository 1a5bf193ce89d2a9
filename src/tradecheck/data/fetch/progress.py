"""How far a fetch has come: a bar at a terminal, one line a minute elsewhere."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from tqdm import tqdm

from tradecheck.data.fetch.clock import Clock

EVERY = 60.0  # seconds between two lines where there is no terminal


@dataclass
class Progress:
    """tell: gets the lines; bar: whether to draw a bar on stderr in their place."""

    name: str = ""
    clock: Clock = field(default_factory=Clock)
    tell: Callable[[str], None] = lambda line: None
    bar: bool = False
    rows: int = 0
    calls: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self._said = self._began = self.clock.ticks()
        self._bar = tqdm(unit="call", desc=self.name, file=sys.stderr) if self.bar else None

    def expect(self, calls: int) -> None:
        """So many calls more are to be made."""
        self.total += calls
        if self._bar is not None:
            self._bar.total = self.total
            self._bar.refresh()

    def done(self, rows: int) -> None:
        """A call has ended, with so many rows."""
        self.calls += 1
        self.rows += rows
        if self._bar is not None:
            self._bar.set_postfix_str(f"{self.rows:,} rows")
            self._bar.update()
        elif self.clock.ticks() - self._said >= EVERY:
            self._said = self.clock.ticks()
            passed = self._said - self._began
            left = passed / self.calls * max(0, self.total - self.calls) / 60
            self.tell(
                f"{self.name}: {self.calls:,} of {self.total:,} calls, {self.rows:,} rows, about "
                f"{left:,.0f} minutes left"
            )

    def waits(self, line: str) -> None:
        """What the service asks for."""
        if self._bar is not None:
            self._bar.set_postfix_str(line)
        else:
            self.tell(line)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
