// The table of trades in a file: sorted by a press on a column, filtered by what is typed. Without this script it is a plain table.
const box = document.querySelector("[data-trades]");
const body = box?.querySelector("tbody");

const cellText = (row, at) => row.cells[at]?.textContent.trim() ?? "";

/** Amounts as the page writes them: grouped, with a real minus sign; `4 min` and `2.5 d` by their length. */
const UNITS = { s: 1, min: 60, h: 3600, d: 86_400 };
function valueIn(text) {
  const plain = text.replaceAll(",", "").replace("−", "-");
  const length = /^([\d.]+) (s|min|h|d)$/.exec(plain);
  if (length !== null) return Number(length[1]) * UNITS[length[2]];
  const number = /^[+-]?[\d.]+(?= %|$)/.exec(plain);
  return number === null ? plain : Number(number[0]);
}

function sortBy(at, header) {
  const isUp = header.getAttribute("aria-sort") === "descending";
  for (const other of header.parentElement.cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", isUp ? "ascending" : "descending");
  const keyed = [...body.rows].map((row) => [valueIn(cellText(row, at)), row]);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (isUp ? 1 : -1));
  body.append(...keyed.map(([, row]) => row));
}

function offerSorting() {
  const headers = box.querySelectorAll("thead th");
  for (const [at, header] of headers.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sortBy(at, header));
    header.replaceChildren(button);
  }
}

function offerFilter() {
  const label = document.createElement("label");
  label.textContent = "Only trades with ";
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = "market, reason, date …";
  label.append(input);
  const count = document.createElement("p");
  count.className = "note";
  count.setAttribute("role", "status");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    count.textContent =
      words.length === 0 ? "" : `${shown.toLocaleString("en-US")} of ${body.rows.length.toLocaleString("en-US")}`;
  });
  const filter = document.createElement("div");
  filter.className = "filter";
  filter.append(label, count);
  box.before(filter);
}

if (body != null) {
  offerSorting();
  offerFilter();
}
