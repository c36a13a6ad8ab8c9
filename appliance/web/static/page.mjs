// What every page needs: nothing typed is lost when the box does not answer, and small conveniences.
// Nothing is kept in the browser's storage, on purpose.

const lost = () => document.getElementById("lost");

function tell(sentence) {
  const bar = lost();
  bar.textContent = sentence;
  bar.hidden = !sentence;
}

async function renewCsrf() {
  const answer = await fetch("/csrf", { headers: { "HX-Request": "true" } });
  if (!answer.ok) return false;
  const value = await answer.text();
  document.querySelectorAll('input[name="csrf"]').forEach((field) => { field.value = value; });
  return true;
}

document.addEventListener("htmx:sendError", () => {
  tell("The box did not answer. What you typed is still on this page; try again in a moment.");
});

document.addEventListener("htmx:responseError", async (event) => {
  const answer = event.detail.xhr;
  const code = answer.getResponseHeader("X-Quietroom-Code");
  if (code === "stale_page" && await renewCsrf()) {
    tell("You have signed in again since this page was opened. Press the button once more.");
    return;
  }
  if (answer.status === 401) {
    tell("You were signed out. Sign in in another tab; then press the button here once more. What you typed stays on this page.");
    return;
  }
  const page = new DOMParser().parseFromString(answer.responseText, "text/html");
  const sentence = page.getElementById("sentence")?.textContent ?? "Something went wrong.";
  tell(`${sentence} What you typed is still on this page.`);
});

// After a sign-in in another tab the next press carries the old value: fetch the new one first.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && !lost().hidden) renewCsrf().catch(() => {});
});

// A changed page in the place of the old: say what happened, and keep the keyboard where it is useful.
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt.id !== "main") return;
  tell("");
  settle(document);
  const wrong = document.querySelector("[data-focus]");
  const notice = document.querySelector(".notice");
  document.getElementById("spoken").textContent = (wrong ?? notice)?.textContent.trim() ?? "";
  if (wrong) {
    wrong.focus();
    wrong.scrollIntoView({ block: "center" });
  } else if (notice) {
    notice.scrollIntoView({ block: "center" });
  } else if (document.activeElement === document.body) {
    document.getElementById("main").focus({ preventScroll: true });
  }
});

// Unsaved text: the browser asks before the page is left.
let unsaved = false;
let submitting = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("[data-keep]")) unsaved = true;
});
document.addEventListener("submit", () => { submitting = true; });
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt.closest("[data-keep]");
  if (form && event.detail.xhr.status < 400) unsaved = false;
});
document.addEventListener("htmx:sendError", () => { submitting = false; });
window.addEventListener("beforeunload", (event) => {
  if (unsaved && !submitting) event.preventDefault();
  submitting = false;
});
document.addEventListener("quietroom:saved", () => { unsaved = false; });

// The address follows the page. htmx could do this too, but keeps the path in the browser's storage.
document.addEventListener("htmx:beforeSwap", (event) => {
  const address = event.detail.xhr.getResponseHeader("X-Quietroom-Address");
  if (event.detail.target.id === "main" && address && address !== location.pathname + location.search) {
    history.pushState({}, "", address);
  }
});
window.addEventListener("popstate", () => { location.reload(); });

function countOf(area) {
  const shown = document.getElementById(area.dataset.counts);
  if (!shown) return;
  const limit = Number(area.maxLength).toLocaleString("en");
  const count = area.value.length;
  shown.textContent = count ? `${count.toLocaleString("en")} of ${limit} characters` : `Up to ${limit} characters`;
}

function reveal(select) {
  const part = document.getElementById(select.dataset.reveals);
  const wanted = select.value === select.dataset.revealOn;
  part.hidden = !wanted;
}

function settle(root) {
  root.querySelectorAll("[data-counts]").forEach(countOf);
  root.querySelectorAll("[data-reveals]").forEach(reveal);
  root.querySelectorAll("[data-print], [data-more-relations]").forEach((button) => { button.hidden = false; });
  root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-counts]")) countOf(event.target);
  if (event.target.matches("[data-reveals]")) reveal(event.target);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("print" in button.dataset) window.print();
  if ("moreRelations" in button.dataset) addRelation();
  if ("copy" in button.dataset) {
    await navigator.clipboard.writeText(document.querySelector("[data-note]").textContent);
    button.textContent = "Copied";
    document.getElementById("spoken").textContent = "The note is copied.";
  }
});

function addRelation() {
  const rows = document.querySelectorAll("[data-relation]");
  const row = rows[rows.length - 1].cloneNode(true);
  const number = rows.length + 1;
  row.querySelectorAll("input, select").forEach((field) => {
    const label = row.querySelector(`label[for="${field.id}"]`);
    field.id = field.id.replace(/\d+$/, String(number));
    label.htmlFor = field.id;
    if (field.tagName === "INPUT") field.value = "";
  });
  document.querySelector("[data-relations]").append(row);
  row.querySelector("input").focus();
}

// A missing field's link leads to the field itself.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".missing a");
  if (!link) return;
  const field = document.querySelector(link.getAttribute("href"));
  if (!field) return;
  event.preventDefault();
  (field.matches("fieldset") ? field.querySelector("input") : field).focus();
  field.scrollIntoView({ block: "center" });
});

settle(document);
