// 分件: where each material begins. `starts[i]` is the place of the first page of material i, or null where it has none.
// What was recognised is shown beside it; it is placed only where the person takes it.
import { hints } from "./split_help.js";
const data = JSON.parse(document.getElementById("split-data").textContent);
const list = document.getElementById("materials");
const pages = [...document.querySelectorAll("[data-page]")];
const look = document.getElementById("look");
const places = new Map(data.pages.map((page, place) => [page.id, place]));
let starts = data.materials.map((material) => places.get(data.starts[material.id]) ?? null);
let chosen = 0;

// Puts the beginning of one material at a place and pushes others out of its way, so that the order always holds.
function place(starts, index, at, count) {
  const next = [...starts];
  next[index] = Math.min(count - 1, Math.max(0, at));
  let floor = next[index];
  for (let j = index + 1; j < next.length; j += 1) {
    if (next[j] === null) continue;
    next[j] = Math.max(next[j], floor + 1);
    floor = next[j];
  }
  let ceiling = next[index];
  for (let j = index - 1; j >= 0; j -= 1) {
    if (next[j] === null) continue;
    next[j] = Math.min(next[j], ceiling - 1);
    ceiling = next[j];
  }
  return next.map((each) => (each === null || each < 0 || each >= count ? null : each));
}

function lengths() {
  return starts.map((start, index) => {
    if (start === null) return 0;
    const end = starts.slice(index + 1).find((each) => each !== null);
    return (end ?? pages.length) - start;
  });
}

function draw() {
  const counts = lengths();
  list.replaceChildren(...data.materials.map((material, index) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", String(index === chosen));
    const count = document.createElement("span");
    count.textContent = material.declared === null ? `${counts[index]}` : `${counts[index]} / ${material.declared}`;
    count.className = material.declared !== null && material.declared !== counts[index] ? "off" : "faint";
    const name = document.createElement("span");
    name.textContent = material.title;
    const key = document.createElement("b");
    key.textContent = material.key;
    button.append(key, name, count, help.line(material, starts[index]));
    button.addEventListener("click", () => choose(index));
    item.append(button);
    return item;
  }));
  let current = -1;
  pages.forEach((page, at) => {
    const begins = starts.indexOf(at);
    if (begins >= 0) current = begins;
    page.classList.toggle("begins", begins >= 0);
    page.classList.toggle("odd", current % 2 === 1);
    page.classList.toggle("none", current < 0);
    page.classList.toggle("here", begins === chosen && begins >= 0);
    page.querySelector(".split-label").textContent = begins >= 0 ? `${data.materials[begins].key} ${data.materials[begins].title}` : "";
  });
  help.draw(starts);
  const start = starts[chosen] ?? null;
  look.hidden = start === null;
  if (start !== null) {
    const address = look.dataset.address.replace("/pages/0/", `/pages/${data.pages[start].id}/`);
    if (!look.src.endsWith(address)) look.src = address;
  }
  document.getElementById("starts").value = starts.flatMap((at, index) => (at === null ? [] : [`${data.pages[at].id}:${data.materials[index].id}`])).join(",");
  document.getElementById("made").value = JSON.stringify(data.materials.filter((each, index) => each.made && starts[index] !== null));
}

function set(at) {
  if (chosen < 0 || !data.materials.length) return;
  help.remember();
  place(starts, chosen, at, pages.length).forEach((value, index) => { starts[index] = value; });
  draw();
  show();
}

function show() {
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
  if (starts[chosen] != null) pages[starts[chosen]].scrollIntoView({ block: "nearest" });
}

function choose(index) {
  chosen = Math.min(data.materials.length - 1, Math.max(0, index));
  draw();
  show();
}

function absent() {
  if (!data.materials.length) return;
  help.remember();
  if (starts[chosen] !== null) { starts[chosen] = null; draw(); return; }
  const before = starts.slice(0, chosen).filter((each) => each !== null).pop();
  set(before === undefined ? 0 : before + 1);
}

// The suggestions work on the same state: what is placed, which material is chosen.
const help = hints({
  data, pages, places,
  state: () => ({ materials: [...data.materials], starts: [...starts], chosen }),
  restore: (kept) => { data.materials = kept.materials; starts = kept.starts; chosen = kept.chosen; draw(); show(); },
  place: (index, at) => { starts = place(starts, index, at, pages.length); },
  chosen: () => chosen, choose,
});

pages.forEach((page, at) => page.addEventListener("click", () => { help.at(at); set(at); }));
pages.forEach((page) => page.querySelector("img")?.addEventListener("error", (event) => event.target.remove()));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const acts = {
    j: () => choose(chosen + 1), k: () => choose(chosen - 1), x: absent,
    ArrowLeft: () => set((starts[chosen] ?? 0) - 1), ArrowRight: () => set((starts[chosen] ?? -1) + 1),
    s: () => document.querySelector("[data-confirm]").click(),
    a: () => (event.shiftKey ? help.takeAll() : help.take()), n: () => help.add(), u: () => help.back(),
  };
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) { event.preventDefault(); act(); }
});
draw();
