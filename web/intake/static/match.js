// 配对台: marks what is nobody's on the left, chooses who it is on the right, and brings both together by keys, mouse or drag.
const { items, texts } = JSON.parse(document.getElementById("match-data").textContent);
const left = [...document.querySelectorAll("[data-key]")];
const right = [...document.querySelectorAll("[data-to]")];
const look = document.getElementById("look");
const bring = document.getElementById("bring");
const marked = new Set();
let at = 0;
let to = -1;
let page = 0;

function wanted() {
  return marked.size ? [...marked] : left[at] ? [left[at].dataset.key] : [];
}

function draw() {
  left.forEach((item, index) => {
    item.classList.toggle("here", index === at);
    item.setAttribute("aria-pressed", String(marked.has(item.dataset.key)));
  });
  right.forEach((item, index) => {
    item.classList.toggle("here", index === to);
    item.setAttribute("aria-pressed", String(index === to));
  });
  const looks = items[at] ? items[at].looks : [];
  page = Math.min(Math.max(0, page), Math.max(0, looks.length - 1));
  look.hidden = looks.length === 0;
  if (looks.length && look.getAttribute("src") !== looks[page]) look.src = looks[page];
  document.getElementById("look-at").textContent = looks.length ? texts.page.replace("{n}", page + 1) : "";
  const keys = wanted();
  bring.elements.marked.value = keys.join(",");
  document.getElementById("named").elements.marked.value = keys.join(",");
  bring.elements.to.value = to < 0 ? "" : right[to].dataset.to;
  bring.querySelector("button").disabled = to < 0 || keys.length === 0;
  const name = to < 0 ? "" : texts.to.replace("{name}", right[to].querySelector("b").textContent);
  document.getElementById("told").textContent = keys.length ? `${texts.marked.replace("{n}", keys.length)} ${name}` : "";
}

function choose(index) {
  if (!left.length) return;
  at = Math.min(left.length - 1, Math.max(0, index));
  page = 0;
  if (items[at].suggested) aim(items[at].suggested);
  left[at].scrollIntoView({ block: "nearest" });
  draw();
}

function aim(key) {
  const found = right.findIndex((item) => item.dataset.to === key);
  if (found >= 0) target(found);
}

function target(index) {
  if (!right.length) return;
  to = Math.min(right.length - 1, Math.max(0, index));
  right[to].scrollIntoView({ block: "nearest" });
  draw();
}

function mark(index) {
  const { key } = left[index].dataset;
  if (!marked.delete(key)) marked.add(key);
  draw();
}

function turn(step) {
  page += step;
  draw();
}

left.forEach((item, index) => {
  item.addEventListener("click", (event) => { if (event.ctrlKey || event.metaKey || event.shiftKey) mark(index); else choose(index); });
  item.addEventListener("dragstart", (event) => {
    if (!marked.has(item.dataset.key)) choose(index);
    event.dataTransfer.setData("text/plain", item.dataset.key);
    event.dataTransfer.effectAllowed = "move";
  });
});
right.forEach((item, index) => {
  item.addEventListener("click", () => target(index));
  item.addEventListener("dblclick", () => { target(index); bring.requestSubmit(); });
  item.addEventListener("dragover", (event) => { event.preventDefault(); item.classList.add("over"); });
  item.addEventListener("dragleave", () => item.classList.remove("over"));
  item.addEventListener("drop", (event) => { event.preventDefault(); target(index); bring.requestSubmit(); });
});
document.querySelectorAll("[data-look]").forEach((button) => button.addEventListener("click", () => turn(Number(button.dataset.look))));
look.addEventListener("error", () => { look.hidden = true; });
bring.addEventListener("submit", (event) => { if (!bring.elements.to.value || !bring.elements.marked.value) event.preventDefault(); });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const own = event.target.closest("button, a, summary");
  if (event.key === "Enter" && own && !own.closest(".match-list")) return;
  const acts = {
    j: () => choose(at + 1), k: () => choose(at - 1), x: () => left[at] && mark(at),
    ArrowDown: () => target(to + 1), ArrowUp: () => target(to < 0 ? 0 : to - 1), ArrowLeft: () => turn(-1), ArrowRight: () => turn(1),
    a: () => { if (event.shiftKey) document.querySelector("[data-sure]")?.click(); else if (items[at]?.suggested) aim(items[at].suggested); },
    Enter: () => { if (!bring.querySelector("button").disabled) bring.requestSubmit(); },
  };
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) { event.preventDefault(); act(); }
});
if (left.length) choose(0);
draw();
