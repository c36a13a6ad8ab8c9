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
    return;
  }
  if (notice) notice.scrollIntoView({ block: "center" });
  if (document.activeElement === document.body) {
    const next = document.querySelector("[data-next]") ?? document.getElementById("main");
    next.focus({ preventScroll: true });
  }
});

// Unsaved text: the browser asks before the page is left.
let unsaved = false;
let submitting = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("[data-keep]")) unsaved = true;
});
// Only a form that takes the text with it leaves the page unasked. A press that htmx answers within
// the page (it has prevented the browser's own submit) leaves nothing, and signing out saves nothing.
document.addEventListener("submit", (event) => {
  submitting = !event.defaultPrevented && event.target.matches("[data-keep]");
});

function fieldsToKeep(root) {
  return [...root.querySelectorAll("input, textarea, select")]
    .filter((field) => field.closest("[data-keep]") && field.type !== "hidden" && field.type !== "file");
}

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const given = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(given, 0);
}

function takeAsSaved(field) {
  if (field.type === "checkbox" || field.type === "radio") field.defaultChecked = field.checked;
  else if (field.tagName !== "SELECT") field.defaultValue = field.value;
  else [...field.options].forEach((option) => { option.defaultSelected = option.selected; });
}

// What the box has taken counts as saved, apart from a summary that was only there beside it. What
// the answer kept as it was typed (hx-preserve) and no press has sent is unsaved still.
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt.closest("[data-keep]");
  if (!form || event.detail.xhr.status >= 400) return;
  const isBeside = event.detail.requestConfig.path.endsWith("/prepare");
  fieldsToKeep(form).filter((field) => !isBeside || field.name !== "summary").forEach(takeAsSaved);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "main" || event.detail.xhr.status >= 400) return;
  unsaved = fieldsToKeep(document).some(isChanged);
});
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
  root.querySelectorAll("[data-print], [data-more-relations], [data-minutes-row]").forEach((button) => { button.hidden = false; });
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
  if ("minutes" in button.dataset) fillStopped(button.form, Number(button.dataset.minutes));
  if ("copy" in button.dataset) {
    await navigator.clipboard.writeText(document.querySelector("[data-note]").textContent);
    button.textContent = "Copied";
    document.getElementById("spoken").textContent = "The note is copied.";
  }
});

// Nothing is assumed: only this press fills in when the session stopped, and only from its start.
function fillStopped(form, minutes) {
  const { start_time: started, stop_time: stopped } = form.elements;
  if (!started.value) { started.focus(); return; }
  const [hour, minute] = started.value.split(":").map(Number);
  const end = (hour * 60 + minute + minutes) % (24 * 60);
  stopped.value = [Math.floor(end / 60), end % 60].map((part) => String(part).padStart(2, "0")).join(":");
  stopped.dispatchEvent(new Event("input", { bubbles: true }));
}

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
