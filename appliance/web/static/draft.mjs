// A draft's sentences and what they rest on: the mark behind a sentence shows its sources beside it.

function choose(button) {
  const panel = document.querySelector("[data-evidence]");
  if (!panel) return;
  const wanted = new Set(button ? button.dataset.sources.split(" ") : []);
  document.querySelectorAll("button.marker").forEach((other) => {
    other.setAttribute("aria-pressed", String(other === button));
    other.closest(".statement").classList.toggle("is-chosen", other === button);
  });
  panel.querySelectorAll("[data-source]").forEach((source) => {
    const isShown = wanted.has(source.dataset.source);
    source.classList.toggle("is-shown", isShown);
    source.hidden = button !== null && !isShown;
  });
  panel.classList.toggle("has-choice", button !== null);
  panel.querySelector("[data-show-all]").hidden = button === null;
  const hint = panel.querySelector("[data-evidence-hint]");
  hint.textContent = button
    ? `This sentence rests on ${wanted.size === 1 ? "this" : "these"}:`
    : "Choose the small mark behind a sentence to see what it rests on.";
}

function edit(section, isEditing) {
  section.classList.toggle("is-editing", isEditing);
  const reading = section.querySelector("[data-reading]");
  if (reading) reading.hidden = isEditing;
  const button = section.querySelector("[data-edit]");
  button.setAttribute("aria-expanded", String(isEditing));
  if (isEditing) section.querySelector("textarea").focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.matches(".marker")) {
    choose(button.getAttribute("aria-pressed") === "true" ? null : button);
  } else if ("edit" in button.dataset) {
    const section = button.closest("[data-section]");
    edit(section, !section.classList.contains("is-editing"));
  } else if ("showAll" in button.dataset) {
    choose(null);
    document.getElementById("evidence-head").focus();
  }
});

// With the keyboard, reaching a mark is enough.
document.addEventListener("focusin", (event) => {
  if (event.target.matches("button.marker:focus-visible")) choose(event.target);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.querySelector(".has-choice")) choose(null);
});
