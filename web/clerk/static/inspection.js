// One drawn unit: the page, a key for each kind of defect, Enter for the next unit. Numbers and addresses come with the page.
import { Sheet, View } from "./sheet.js";

const data = JSON.parse(document.getElementById("page-data").textContent);
const stages = document.getElementById("stages");
const stage = stages.querySelector(".stage");
const note = stages.querySelector(".stage-note");
let shown = 0;
let rotation = data.rotation;
let view = null;

async function open() {
  stage.querySelectorAll(".sheet-image").forEach((each) => each.remove());
  if (!data.images.length) { document.body.dataset.ready = "empty"; return; }
  const sheet = new Sheet(stage, data.images[shown], rotation);
  view = new View([sheet]);
  if (await sheet.ready) { view.fit(); document.body.dataset.ready = "yes"; return; }
  view = null;
  note.hidden = false;
  note.textContent = await (await fetch(data.images[shown].view)).text();
  document.body.dataset.ready = "damaged";
}

function go(address) { if (address) location.assign(address); }

const looks = {
  in: () => view.zoom(1.25),
  out: () => view.zoom(0.8),
  fit: () => view.fit(),
  turn: () => { rotation = (rotation + 90) % 360; view.first.turn = rotation; view.fit(); },
  other: () => {
    if (data.images.length < 2) return;
    shown = (shown + 1) % data.images.length;
    document.querySelectorAll("[data-image-label]").forEach((each) => { each.textContent = data.images[shown].label; });
    open();
  },
};
document.querySelectorAll("[data-view]").forEach((button) => button.addEventListener("click", () => { if (view) looks[button.dataset.view](); }));
const keys = { "+": looks.in, "=": looks.in, "-": looks.out, 0: looks.fit, r: looks.turn, o: looks.other };

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector("dialog[open]")) return;
  if (target.closest("input, textarea, select")) return;
  // Enter and space on a button or link are that button's own.
  if (event.key === "Enter" && target.closest("button, a, summary")) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") { event.preventDefault(); go(event.key === "ArrowRight" ? data.next : data.previous); return; }
  if ((event.key === "ArrowUp" || event.key === "ArrowDown") && view && !target.closest(".side, .strip, .menu")) {
    event.preventDefault();
    view.pan(0, event.key === "ArrowDown" ? -80 : 80);
    return;
  }
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const button = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
  if (button) { event.preventDefault(); button.click(); return; }
  if (keys[name] && view) { event.preventDefault(); keys[name](); }
});

stages.addEventListener("wheel", (event) => {
  if (!view) return;
  event.preventDefault();
  const box = stage.getBoundingClientRect();
  view.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
let held = null;
stages.addEventListener("pointerdown", (event) => { if (event.button === 0) held = [event.clientX, event.clientY]; });
window.addEventListener("pointermove", (event) => {
  if (!held || !view) return;
  view.pan(event.clientX - held[0], event.clientY - held[1]);
  held = [event.clientX, event.clientY];
});
window.addEventListener("pointerup", () => { held = null; });
window.addEventListener("resize", () => { if (view && view.fitted) view.fit(); });

const here = document.querySelector(".thumb[aria-current]");
if (here) here.parentElement.scrollTop = here.offsetTop - (here.parentElement.clientHeight - here.offsetHeight) / 2;
open();
