// The frame: keys that work on every screen, rows that open by Enter, forms that are sent once, drafts that survive.
import { keepDrafts, restore } from "./drafts.js";

const keys = document.getElementById("keys");
const find = document.getElementById("find");

export function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function showKeys() {
  if (keys.open) keys.close();
  else keys.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; });
    if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target)) return;
  if (event.key === "?") { event.preventDefault(); showKeys(); }
  if (event.key === "z" || event.key === "Z") document.querySelector("[data-undo]")?.click();
  if (event.key === "/" && find) { event.preventDefault(); find.focus(); find.select(); }
});

document.querySelectorAll("[data-keys]").forEach((button) => button.addEventListener("click", showKeys));

// Buttons that open a dialog; what they carry in data-set-NAME goes into its fields and texts.
document.querySelectorAll("[data-dialog]").forEach((button) => button.addEventListener("click", () => {
  const dialog = document.getElementById(button.dataset.dialog);
  if (button.dataset.action) dialog.querySelector("form").action = button.dataset.action;
  for (const [name, value] of Object.entries(button.dataset)) {
    if (!name.startsWith("set")) continue;
    const key = name.slice(3).toLowerCase();
    dialog.querySelectorAll(`[name="${key}"]`).forEach((field) => { field.value = value; });
    dialog.querySelectorAll(`[data-text="${key}"]`).forEach((text) => { text.textContent = value; });
  }
  button.closest("details.menu")?.removeAttribute("open");
  dialog.querySelectorAll("form").forEach(restore);
  dialog.showModal();
  (dialog.querySelector("[autofocus]") || dialog.querySelector("input:not([type=hidden]), textarea, select"))?.focus();
}));
document.querySelectorAll("[data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));

// A menu closes when something else is clicked.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// A row opens by a click anywhere on it; its link is what Enter and screen readers use. Arrows go from row to row.
document.querySelectorAll("tr[data-open]").forEach((row) => {
  row.addEventListener("click", (event) => {
    if (event.target.closest("a, button, input, label, summary, form") || String(getSelection()) !== "") return;
    row.querySelector("a").click();
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const row = event.target.closest("tr[data-open]");
  if (!row) return;
  const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
  const link = next && next.querySelector("a");
  if (link) { event.preventDefault(); link.focus(); }
});

// A form is sent once: a second click while the first is under way does nothing. Coming back by the browser's own button frees it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});
document.querySelectorAll("[data-sign-out]").forEach((button) => button.addEventListener("click", () => sessionStorage.clear()));

keepDrafts();
