// The colours a person has chosen, before anything is painted. Without a choice the system's hold.
const KEY = "deeptrader-theme";

try {
  const chosen = localStorage.getItem(KEY);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing uses the system's colours.
}

document.addEventListener("DOMContentLoaded", () => {
  const button = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const now = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  const name = () => {
    button.textContent = now() === "dark" ? "Light" : "Dark";
    button.setAttribute("aria-label", `Use ${now() === "dark" ? "light" : "dark"} colours`);
  };
  if (button === null) return;
  name();
  dark.addEventListener("change", name);
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = now() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(KEY, document.documentElement.dataset.theme);
    } catch {
      // Then it holds for this page alone.
    }
    name();
    document.dispatchEvent(new CustomEvent("theme"));
  });
});
