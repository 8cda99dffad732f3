"""The rows of the tables in a page of HTML, as many banks give under the name .xls."""

from html.parser import HTMLParser

COLUMNS_SPANNED_MAX = 50
_BREAKS = frozenset({"br", "p", "div"})


def html_rows(text: str) -> list[tuple[int, list[str]]]:
    """Every row of every table in order, each with its line; a table within a cell gives rows of its own."""
    reader = _Rows()
    reader.feed(text)
    reader.close()
    return sorted(reader.rows, key=lambda row: row[0])


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[tuple[int, list[str]]] = []
        self._open: list[list[str]] = []
        self._cell: list[str] | None = None
        self._spans = 1
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self._hidden += 1
        elif tag == "tr":
            self._end_cell()
            self._open.append([])
            self.rows.append((self.getpos()[0], self._open[-1]))
        elif tag in ("td", "th"):
            self._end_cell()
            spanned = dict(attrs).get("colspan") or "1"
            self._spans = min(int(spanned), COLUMNS_SPANNED_MAX) if spanned.isdecimal() else 1
            self._cell = []
        elif tag in _BREAKS and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self._hidden = max(self._hidden - 1, 0)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_cell()
            if self._open:
                self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._hidden:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        if self._open:
            self._open[-1] += [" ".join("".join(self._cell).split()), *[""] * (self._spans - 1)]
        self._cell = None
