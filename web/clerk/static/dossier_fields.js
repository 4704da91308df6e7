// A dossier's values beside the paper: the chosen one is framed on its page.
import { Sheet, View } from "./sheet.js";
import { Values } from "./fields.js";

const stage = document.querySelector("[data-sight]");
const note = stage.querySelector(".stage-note");
const where = document.querySelector("[data-where]");
const root = document.getElementById("fields");
let shown = null; // {page, view, sheet}
let wanted = null;

async function show(value) {
  wanted = value;
  if (!value) return;
  if (shown?.page !== value.page) {
    const sight = await (await fetch(stage.dataset.sight.replace("/pages/0/", `/pages/${value.page}/`))).json();
    if (wanted !== value) return;
    stage.querySelectorAll(".sheet-image").forEach((each) => each.remove());
    note.hidden = true;
    where.textContent = `${sight.material} · ${sight.number}`;
    where.href = sight.page;
    if (!sight.image) { shown = null; return; }
    const sheet = new Sheet(stage, sight.image, sight.image.rotation);
    shown = { page: value.page, sheet, view: new View([sheet]) };
    if (!(await sheet.ready) || wanted.page !== value.page) return;
    shown.view.fit();
  } else if (!(await shown.sheet.ready)) return;
  shown.sheet.clear("chosen");
  if (wanted.box.length) { shown.sheet.frame(wanted.box, "chosen"); shown.view.bring(wanted.box); }
  document.body.dataset.ready = "yes";
}

const values = new Values(root, show);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  if (event.key === "+" || event.key === "=") shown?.view.zoom(1.25);
  else if (event.key === "-") shown?.view.zoom(0.8);
  else if (event.key === "0") shown?.view.fit();
  else values.key(event);
});
stage.addEventListener("wheel", (event) => {
  if (!shown) return;
  event.preventDefault();
  const box = stage.getBoundingClientRect();
  shown.view.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
let held = null;
stage.addEventListener("pointerdown", (event) => { if (event.button === 0) held = [event.clientX, event.clientY]; });
window.addEventListener("pointermove", (event) => {
  if (!held || !shown) return;
  shown.view.pan(event.clientX - held[0], event.clientY - held[1]);
  held = [event.clientX, event.clientY];
});
window.addEventListener("pointerup", () => { held = null; });
window.addEventListener("resize", () => { if (shown?.view.fitted) shown.view.fit(); });
values.nextOpen() || values.step(1);
