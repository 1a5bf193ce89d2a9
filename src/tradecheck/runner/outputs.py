"""What a notebook's process sends, as the outputs of its cells."""

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import output_from_msg


class Outputs:
    """The outputs of cell after cell; one may change what an earlier one displays."""

    def __init__(self) -> None:
        self._displays: dict[str, list[NotebookNode]] = {}

    def begin(self, cell: NotebookNode) -> None:
        self._held: list[NotebookNode] = []
        self._cell = cell
        self._is_to_be_cleared = False

    def take(self, kind: str, content: Mapping[str, Any]) -> None:
        """A message of a kernel that shows something."""
        if kind == "clear_output":
            self._is_to_be_cleared = content["wait"]
            if not content["wait"]:
                self._held.clear()
            return
        shown = (content.get("transient") or {}).get("display_id") or ""
        for output in self._displays.get(shown, ()):
            output.data, output.metadata = content["data"], content["metadata"]
        if kind == "update_display_data":
            return
        if self._is_to_be_cleared:
            self._held.clear()
            self._is_to_be_cleared = False
        output = output_from_msg({"header": {"msg_type": kind}, "content": content})
        self._held.append(output)
        if shown:
            self._displays.setdefault(shown, []).append(output)

    def fail(self, reply: Mapping[str, Any]) -> None:
        """The cell ends the run; some errors are only printed."""
        if all(output.output_type != "error" for output in self._held):
            self.take("error", reply)

    def keep(self) -> None:
        """Give the cell its outputs: all that is printed once, standard output first."""
        texts: dict[str, list[str]] = {}
        kept: list[NotebookNode] = []
        for output in self._held:
            if output.output_type != "stream":
                kept.append(output)
                continue
            if output.name not in texts:
                kept.append(output)
            texts.setdefault(output.name, []).append(output.text)
        for place, output in enumerate(kept):
            if output.output_type == "stream":
                output.text = _overwritten("".join(texts[output.name]))
                if output.name == "stdout" and place and kept[place - 1].get("name") == "stderr":
                    kept[place - 1 : place + 1] = output, kept[place - 1]
        self._cell.outputs = kept


def _overwritten(text: str) -> str:
    """Lines without what was overwritten after a carriage return, as a terminal shows them."""
    lines = text.split("\n")
    return "\n".join(line[line.rfind("\r", 0, max(0, len(line) - 1)) + 1 :] for line in lines)
