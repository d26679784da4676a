// The map of the Memory page: a click on a column sorts by it, one on a market shows its record. What is asked for stands in the
// form, whose change draws the parts anew, and in the address.
const form = document.getElementById("asked");

function ask(values) {
  for (const [name, value] of Object.entries(values)) form.elements.namedItem(name).value = value;
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const sort = event.target.closest("button[data-sort]")?.dataset.sort;
  if (sort !== undefined) {
    const { value } = form.elements.namedItem("sort");
    const isTurned = value === sort && form.elements.namedItem("dir").value === "asc";
    return ask({ sort, dir: isTurned ? "desc" : "asc" });
  }
  const link = event.target.closest("a[data-market]");
  if (link === null) return;
  event.preventDefault();
  ask({ market: link.dataset.market });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask({});
});

form.addEventListener("input", () => {
  const said = [...new FormData(form)].filter(([, value]) => value !== "");
  history.replaceState(null, "", `${location.pathname}?${new URLSearchParams(said)}`);
});
