// Keys: g and a letter go to a page, / goes to the search field, ? shows the list. Never while something is typed.
const LEADER_MS = 1_500;
const dialog = document.getElementById("keys");
let leaderMs = Number.NEGATIVE_INFINITY;

document.getElementById("keys-open").addEventListener("click", () => dialog.showModal());

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") !== null) return;
  if (document.querySelector("dialog[open]") !== null) return;
  if (event.key === "?") return dialog.showModal();
  if (event.key === "/") {
    const field = document.querySelector("main input[type=search]");
    if (field === null) return;
    event.preventDefault();
    return field.focus();
  }
  if (event.key === "g") {
    leaderMs = event.timeStamp;
    return;
  }
  if (event.timeStamp - leaderMs > LEADER_MS) return;
  leaderMs = Number.NEGATIVE_INFINITY;
  document.querySelector(`nav a[data-letter="${CSS.escape(event.key)}"]`)?.click();
});
