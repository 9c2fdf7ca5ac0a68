// Tables that sort by a click on a column's head.

/// `columns`: [{name, value(row), text(row)?, number?, whole?, cell(row)?}]; `text` shows what `value` sorts by,
/// `whole` keeps it on one line.
function table(rows, columns, {limit = 200, onrow} = {}) {
  const body = element("tbody"), more = element("p", {class: "hint"});
  let order = rows, shown = limit;
  const heads = columns.map((column) => element("th", {class: column.number ? "number" : "", scope: "col"},
    column.name && element("button", {type: "button", onclick: (event) => sort(column, event.target.closest("th"))}, column.name)));

  function sort(by, head) {
    const before = head.getAttribute("aria-sort"), down = before ? before === "ascending" : Boolean(by.number);
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const compare = (a, b) => typeof a === "string" ? a.localeCompare(b, undefined, {numeric: true}) : a - b;
    order = [...rows].sort((a, b) => (down ? -1 : 1) * compare(by.value(a), by.value(b)));
    draw();
  }
  function draw() {
    body.replaceChildren(...order.slice(0, shown).map((row) => {
      const cells = columns.map((column) => element("td", {class: column.number ? "number" : column.whole ? "whole" : ""},
        column.cell ? column.cell(row) : (column.text || ((each) => String(column.value(each))))(row)));
      const line = element("tr", {}, cells);
      if (onrow) onrow(line, row);
      return line;
    }));
    more.replaceChildren();
    if (order.length > shown) {
      more.append(`${order.length - shown} more `, element("button", {
        type: "button", onclick: () => { shown = Infinity; draw(); }}, "Show all"));
    }
  }
  draw();
  return element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": "Table"},
    element("table", {}, element("thead", {}, element("tr", {}, heads)), body), more);
}

const meter = (part, whole, name = "accent") => element("span", {class: "meter", role: "img", "aria-label": percent(part, whole)},
  element("i", {style: `width:${whole > 0 ? Math.min(100, 100 * part / whole) : 0}%;background:var(--${name})`}));
