// One connection for all tabs of a browser: it keeps no more than six to one address, and a tab that cannot have one would hang.
import { listenToDesk } from "/assets/events.js";

const tabs = new Set();
let state = null;

listenToDesk((what) => {
  if (what !== "changed") state = what;
  for (const tab of tabs) tab.postMessage(what);
});

globalThis.addEventListener("connect", ({ ports: [tab] }) => {
  tabs.add(tab);
  tab.addEventListener("message", () => tabs.delete(tab));
  tab.start();
  if (state !== null) tab.postMessage(state);
});
