// Quantities as text.

const timeUnits = [[1e12, "s"], [1e9, "ms"], [1e6, "µs"], [1e3, "ns"], [1, "ps"]];
const sizeUnits = [[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]];
const countUnits = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];

function scaled(value, units) {
  const [factor, unit] = units.find(([size]) => Math.abs(value) >= size) || units[units.length - 1];
  return `${Number((value / factor).toPrecision(4))} ${unit}`.trim();
}
const timeText = (ps) => scaled(ps, timeUnits);
const sizeText = (bytes) => scaled(bytes, sizeUnits);
const countText = (value) => scaled(value, countUnits);
const bandwidthText = (bits) => `${scaled(bits, countUnits)}bit/s`;
const percent = (part, whole = 1) => whole > 0 ? `${(100 * part / whole).toFixed(1)} %` : "–";
const signed = (value, text) => value === 0 ? "0" : `${value > 0 ? "+" : "−"}${text(Math.abs(value))}`;

/// Round numbers of bytes from 0 to `high`, at most `most` of them.
function sizeTicks(high, most) {
  const step = 2 ** Math.ceil(Math.log2(Math.max(high / most, 1)));
  return Array.from({length: Math.floor(high / step) + 1}, (_, at) => at * step);
}

/// Round values from 0 (or `low`) to `high`, at most `most` of them.
function ticks(low, high, most) {
  const rough = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((size) => size >= rough);
  const out = [];
  for (let at = Math.ceil(low / step) * step; at <= high * (1 + 1e-12); at += step) out.push(at);
  return out;
}
