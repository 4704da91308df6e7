// The page viewer: keys, frames of findings and words, switching images. Numbers and addresses come with the page.
import { Sheet, View } from "./sheet.js";
import { Hits } from "./hits.js";
import { Values } from "./fields.js";
import { Naming } from "./name_image.js";

const data = JSON.parse(document.getElementById("page-data").textContent);
const stages = document.getElementById("stages");
const note = stages.querySelector(".stage-note");
const typing = (target) => target.closest("input, textarea, select") !== null;
let shown = 0;
let beside = false;
let view = null;
let turned = 0;
let line = -1;
let finding = -1;

// Reading found which way up each image lies; what the person turns comes on top.
const turnOf = (image) => (image.rotation + turned) % 360;

function stage() {
  const box = document.createElement("div");
  box.className = "stage";
  stages.append(box);
  return box;
}

async function open() {
  stages.querySelectorAll(".stage").forEach((box, index) => { if (index) box.remove(); else box.querySelectorAll(".sheet-image").forEach((each) => each.remove()); });
  if (!data.images.length) return tell(document.documentElement.lang === "en" ? "This page has no image." : "这一页没有图像。");
  const sheets = [new Sheet(stages.querySelector(".stage"), data.images[shown], turnOf(data.images[shown]))];
  const other = data.images[(shown + 1) % data.images.length];
  if (beside) sheets.push(new Sheet(stage(), other, turnOf(other)));
  view = new View(sheets);
  if (!(await sheets[0].ready)) return tell(await (await fetch(data.images[shown].view)).text());
  await Promise.all(sheets.map((sheet) => sheet.ready));
  view.fit();
  drawWords();
  if (data.finding !== null) { selectFinding(Math.max(0, data.findings.findIndex((each) => each.id === data.finding))); data.finding = null; }
  if (data.preload) { new Image().src = data.preload; }
  document.body.dataset.ready = "yes";
}

function tell(text) {
  note.hidden = false;
  note.textContent = text;
  document.body.dataset.ready = "damaged";
}

// Words and findings belong to the page's current image; another image shows none.
function drawWords() {
  const sheet = view.first;
  if (!data.images[shown].current) { hits.leave(); return; }
  data.lines.forEach((each, index) => {
    const shape = sheet.frame(each.box, "word");
    shape.addEventListener("click", () => { if (!dragged && !naming.on) { tab("text"); selectLine(index); } });
  });
  hits.draw(view);
  if (data.place) { sheet.frame(data.place, "chosen"); view.bring(data.place); }
}

function selectLine(index) {
  line = index;
  document.querySelectorAll("[data-line]").forEach((button) => {
    const on = Number(button.dataset.line) === index;
    button.setAttribute("aria-pressed", String(on));
    if (on) button.scrollIntoView({ block: "nearest" });
  });
  if (!view || !data.images[shown].current) return;
  view.first.clear("chosen");
  if (index < 0) return;
  view.first.frame(data.lines[index].box, "chosen");
  view.bring(data.lines[index].box);
}

function corners([left, top, right, bottom]) {
  return [[left, top], [right, top], [right, bottom], [left, bottom]];
}

function selectFinding(index) {
  finding = index;
  const buttons = [...document.querySelectorAll("[data-finding]")];
  buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(place === index)));
  if (index < 0 || !buttons[index]) return;
  buttons[index].scrollIntoView({ block: "nearest" });
  if (!view) return;
  view.first.clear("fault");
  const places = data.findings[index].boxes.map(corners);
  for (const place of places.length ? places : [view.first.whole()]) {
    view.first.frame(place, "fault").classList.add(`fault-${data.findings[index].verdict}`);
  }
  if (places.length) view.bring(places[0]);
}

const hits = new Hits(data.hits);

// A value of the 字段 tab is framed like a line, on the current image only.
const values = new Values(document.getElementById("values"), (value) => {
  if (!view || !data.images[shown]?.current) return;
  view.first.clear("chosen");
  if (value?.box.length) { view.first.frame(value.box, "chosen"); view.bring(value.box); }
});
// A name that cannot be typed is framed beginning at the value or line that is chosen, on the current image only.
const naming = new Naming(document.getElementById("names"), () => (data.images[shown]?.current ? view : null), () => {
  const value = onFields() && values.chosen ? JSON.parse(values.chosen.dataset.box) : [];
  return value.length ? { box: value } : data.lines[line] ?? null;
});
const onFields = () => !document.getElementById("fields").hidden;

function step(by) {
  const next = finding + by;
  if (next >= 0 && next < data.findings.length) { tab("findings"); selectFinding(next); return; }
  go(by > 0 ? data.next_finding : data.previous_finding);
}

function go(address) { if (address) location.assign(address); }

function tab(name) {
  document.querySelectorAll("[role=tab]").forEach((each) => {
    const on = each.getAttribute("aria-controls") === name;
    each.setAttribute("aria-selected", String(on));
    document.getElementById(each.getAttribute("aria-controls")).hidden = !on;
  });
  sessionStorage.setItem("viewer-tab", name);
}

const acts = {
  in: () => view.zoom(1.25),
  out: () => view.zoom(0.8),
  fit: () => view.fit(),
  turn: () => { turned = (turned + 90) % 360; view.sheets.forEach((sheet) => { sheet.turn = turnOf(sheet.image); }); view.fit(); },
  other: () => {
    if (data.images.length < 2) return;
    shown = (shown + 1) % data.images.length;
    document.querySelectorAll("[data-image-label]").forEach((each) => { each.textContent = data.images[shown].label; });
    open();
  },
  beside: () => {
    if (data.images.length < 2) return;
    beside = !beside;
    document.querySelector("[data-view=beside]").setAttribute("aria-pressed", String(beside));
    open();
  },
};

document.querySelectorAll("[data-view]").forEach((button) => button.addEventListener("click", () => acts[button.dataset.view]()));
document.querySelectorAll("[role=tab]").forEach((each) => each.addEventListener("click", () => tab(each.getAttribute("aria-controls"))));
document.querySelectorAll("[data-line]").forEach((button) => button.addEventListener("click", () => selectLine(Number(button.dataset.line))));
[...document.querySelectorAll("[data-finding]")].forEach((button, index) => button.addEventListener("click", () => selectFinding(index)));

const keys = {
  "+": acts.in, "=": acts.in, "-": acts.out, 0: acts.fit, r: acts.turn, o: acts.other, b: acts.beside,
  j: () => step(1), k: () => step(-1), 1: () => tab("findings"), 2: () => tab("text"), 3: () => { tab("fields"); if (!values.chosen) values.nextOpen(); }, 4: () => tab("records"),
  d: () => go(document.querySelector(".tools-where a").href), f: () => go(document.querySelector("[data-repair]")?.href),
  t: () => go(document.querySelector("[data-correct]")?.href), m: () => { tab("fields"); naming.begin(); },
};
document.addEventListener("keydown", (event) => {
  if (naming.on) { if (naming.key(event)) event.preventDefault(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    const later = event.key === "ArrowRight";
    if (event.shiftKey) document.querySelector(`[data-move=${later ? "later" : "earlier"}]`)?.click();
    else if (!event.target.closest("[role=tablist]")) go(later ? data.next : data.previous);
    else return;
    event.preventDefault();
    return;
  }
  if ((event.key === "ArrowUp" || event.key === "ArrowDown") && view && !event.target.closest(".side, .strip, .menu")) {
    event.preventDefault();
    view.pan(0, event.key === "ArrowDown" ? -80 : 80);
    return;
  }
  if (onFields() && !event.target.closest("[role=tablist]") && values.key(event)) return;
  if (hits.key(event)) { event.preventDefault(); return; }
  const act = keys[event.key.toLowerCase()];
  if (act && (view || ["j", "k", "1", "2", "3", "4", "d", "f", "t"].includes(event.key))) { event.preventDefault(); act(); }
});

// The wheel zooms at the pointer; dragging moves the page.
stages.addEventListener("wheel", (event) => {
  if (!view) return;
  event.preventDefault();
  const box = event.target.closest(".stage").getBoundingClientRect();
  view.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
let held = null;
let dragged = false;
stages.addEventListener("pointerdown", (event) => { if (event.button === 0 && !naming.on) { held = [event.clientX, event.clientY]; dragged = false; } });
window.addEventListener("pointermove", (event) => {
  if (!held || !view) return;
  const [dx, dy] = [event.clientX - held[0], event.clientY - held[1]];
  if (!dragged && Math.hypot(dx, dy) < 4) return;
  dragged = true;
  held = [event.clientX, event.clientY];
  view.pan(dx, dy);
});
window.addEventListener("pointerup", () => { held = null; });
window.addEventListener("resize", () => { if (view && view.fitted) view.fit(); });

document.querySelectorAll(".thumb img").forEach((image) => image.addEventListener("error", () => image.remove()));
const here = document.querySelector(".thumb[aria-current]");
if (here) here.parentElement.scrollTop = here.offsetTop - (here.parentElement.clientHeight - here.offsetHeight) / 2;
tab(data.hits !== null ? "text" : data.finding !== null ? "findings" : sessionStorage.getItem("viewer-tab") || "findings");
open();
