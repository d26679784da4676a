// The field that a market is chosen by: Enter opens the first that the list shows, else the one that was typed, wherever it is.
const form = document.querySelector("form[data-quote]");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = form.elements.namedItem("search").value.trim().toUpperCase();
  if (typed === "") return;
  const shown = [...document.querySelectorAll("#list tbody a[href^='/market/']")].map((link) =>
    link.getAttribute("href"),
  );
  const [base, quote = form.dataset.quote] = typed.split("/");
  const address = `/market/${encodeURIComponent(base)}/${encodeURIComponent(quote)}`;
  // A name typed in full is meant, though it is also a part of others.
  location.assign(shown.includes(`/market/${base}/${quote}`) ? address : (shown[0] ?? address));
});
