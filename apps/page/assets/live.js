// What happens on the desk → the event `desk` on the document, at most every GAP_MS; whoever shows numbers asks for them anew on it.
// A page that has lost the desk says since when, and that its numbers are old.
import { listenToDesk } from "/assets/events.js";

const GAP_MS = 120;
/** Events of one slot come close together. */
const SOON_MS = 30;
/** Ages grow without events; a desk that answers nothing is noticed by this. */
const POLL_MS = 15_000;

const banner = document.getElementById("connection");
const lost = new Set();
let lastMs = 0;
let pending = null;
let isOwed = false;

const clock = () => new Date().toISOString().slice(11, 16);

function lose(what) {
  if (lost.size === 0) {
    banner.textContent = `Not connected since ${clock()} UTC; numbers are old.`;
    banner.hidden = false;
    document.documentElement.dataset.connection = "lost";
  }
  lost.add(what);
}

function regain(what) {
  if (!lost.delete(what) || lost.size > 0) return;
  banner.hidden = true;
  delete document.documentElement.dataset.connection;
}

function tell() {
  pending = null;
  lastMs = performance.now();
  document.dispatchEvent(new CustomEvent("desk"));
}

function changed() {
  // A page that is not seen asks for nothing; it catches up when it is looked at.
  isOwed = document.hidden;
  if (isOwed || pending !== null) return;
  pending = setTimeout(tell, Math.max(SOON_MS, lastMs + GAP_MS - performance.now()));
}

function heard(what) {
  if (what === "open") regain("events");
  else if (what === "lost") lose("events");
  else changed();
}

if (globalThis.SharedWorker === undefined) listenToDesk(heard);
else {
  const { port } = new SharedWorker("/assets/shared-events.js", { type: "module", name: "desk" });
  port.addEventListener("message", ({ data }) => heard(data));
  port.start();
  addEventListener("pagehide", () => port.postMessage("gone"));
  // A page that comes back out of the browser's memory has said that it is gone.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
}

document.addEventListener("htmx:error", () => lose("numbers"));
document.addEventListener("htmx:response:error", () => lose("numbers"));
document.addEventListener("htmx:after:request", ({ detail }) => {
  const { raw } = detail.ctx.response;
  // The desk no longer knows this browser.
  if (raw.redirected || raw.status === 401) return location.reload();
  if (raw.ok) regain("numbers");
});
document.addEventListener("visibilitychange", () => {
  if (isOwed) changed();
});
setInterval(changed, POLL_MS);
