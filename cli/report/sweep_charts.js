// Curves, clouds and maps of a sweep's points.

/// Whether each number is about the same factor from the one before.
function isGeometric(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted.length > 2 && sorted[0] > 0 && sorted[sorted.length - 1] / sorted[0] >= 8;
}

/// A table of which each cell is coloured by its value.
function heatTable(rows, columns, cell, text, label) {
  const values = rows.flatMap((row) => columns.map((column) => cell(row, column))).filter(Boolean).map((found) => found.value);
  const low = Math.min(...values), high = Math.max(...values);
  const share = placing(low, high, low > 0 && high / low > 4, 0, 1);
  return element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": label}, element("table", {class: "heat"},
    element("thead", {}, element("tr", {}, element("th"), columns.map((column) => element("th", {scope: "col", class: "number"}, column.text)))),
    element("tbody", {}, rows.map((row) => element("tr", {}, element("th", {scope: "row"}, row.text), columns.map((column) => {
      const found = cell(row, column);
      if (!found) return element("td", {class: "number"}, "–");
      const best = found.value === low;
      return element("td", {class: `number${best ? " best" : ""}`, style: `--share:${(100 * (low === high ? 0 : share(found.value))).toFixed(0)}%`,
        title: found.title}, text(found.value), found.note && element("small", {}, found.note));
    }))))));
}
