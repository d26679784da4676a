// A button that acts → a dialog that says what will happen → the desk's own answer. Nothing is shown as done before the desk says so.
const dialog = document.getElementById("act");

if (dialog !== null) {
  const title = document.getElementById("act-title");
  const says = document.getElementById("act-says");
  const reason = document.getElementById("act-reason");
  const answer = document.getElementById("act-answer");
  const cancel = document.getElementById("act-cancel");
  const confirm = document.getElementById("act-do");
  let asked = null;

  // Buttons come and go with the parts of the page.
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-act]");
    if (button === null) return;
    const { act, title: heading, says: words, body, confirm: verb, tone } = button.dataset;
    asked = { path: `/api/v1/${act}`, body: JSON.parse(body ?? "{}") };
    title.textContent = heading;
    says.textContent = words;
    reason.querySelector("input").value = "";
    reason.hidden = button.dataset.reason === undefined;
    answer.textContent = "";
    answer.classList.remove("problem");
    confirm.textContent = verb;
    confirm.className = tone ?? "";
    confirm.hidden = false;
    confirm.disabled = false;
    cancel.textContent = "Cancel";
    dialog.showModal();
    cancel.focus();
  });

  cancel.addEventListener("click", () => dialog.close());

  confirm.addEventListener("click", async () => {
    confirm.disabled = true;
    answer.textContent = "Asking the desk …";
    const words = reason.querySelector("input").value.trim();
    const said = reason.hidden || words === "" ? {} : { reason: words };
    const { text, isDone } = await ask(asked.path, { ...asked.body, ...said, by: "page" });
    answer.textContent = text;
    answer.classList.toggle("problem", !isDone);
    confirm.hidden = isDone;
    confirm.disabled = false;
    cancel.textContent = "Close";
    if (isDone) cancel.focus();
  });
}

/** @returns the desk's words, and whether it did what it was asked */
async function ask(path, body) {
  try {
    const headers = { "content-type": "application/json", accept: "text/plain" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    const isText = (response.headers.get("content-type") ?? "").startsWith("text/plain");
    return { text: isText ? text : JSON.parse(text).error.message, isDone: response.ok };
  } catch (error) {
    return {
      text: `The desk did not answer (${error.message}). Look at the journal before you try again.`,
      isDone: false,
    };
  }
}
