// 整理页序: marks pages by keys, mouse or a stretch of them, and puts them elsewhere; each putting is one act of the server's.
const { at: first, editable, texts } = JSON.parse(document.getElementById("arrange-data").textContent);
const pages = [...document.querySelectorAll("[data-page]")];
const put = document.getElementById("put");
const marked = new Set();
let at = Math.max(0, pages.findIndex((page) => page.dataset.page === first));
let from = at;

function draw() {
  pages.forEach((page, index) => {
    page.setAttribute("aria-pressed", String(marked.has(page.dataset.page)));
    page.tabIndex = index === at ? 0 : -1;
  });
  document.getElementById("told").textContent = marked.size ? texts.marked.replace("{n}", marked.size) : texts.none;
  document.querySelectorAll("[data-needs]").forEach((button) => { button.disabled = marked.size === 0; });
  const inOrder = pages.filter((page) => marked.has(page.dataset.page)).map((page) => page.dataset.page);
  document.querySelectorAll("input[name=marked]").forEach((field) => { field.value = inOrder.join(","); });
  document.querySelectorAll("input[name=at]").forEach((field) => { field.value = inOrder[0] || ""; });
}

function go(index, focus = true) {
  if (!pages.length) return;
  at = Math.min(pages.length - 1, Math.max(0, index));
  draw();
  if (focus) pages[at].focus();
}

function row() {
  const top = pages[0].offsetTop;
  const next = pages.findIndex((page) => page.offsetTop > top);
  return next > 0 ? next : pages.length;
}

function mark(index) {
  const id = pages[index].dataset.page;
  if (!marked.delete(id)) marked.add(id);
  from = index;
  draw();
}

function stretch(index) {
  for (let each = Math.min(from, index); each <= Math.max(from, index); each += 1) marked.add(pages[each].dataset.page);
  draw();
}

function send(before) {
  if (!editable || !marked.size) return;
  put.elements.before.value = before || "";
  put.requestSubmit();
}

function putBefore(index) {
  // The first page from there on that is not marked itself.
  const next = pages.slice(index).find((page) => !marked.has(page.dataset.page));
  send(next ? next.dataset.page : "");
}

function step(later) {
  if (!marked.size) mark(at);
  const places = pages.map((page, index) => (marked.has(page.dataset.page) ? index : -1)).filter((index) => index >= 0);
  if (later) {
    if (places[places.length - 1] < pages.length - 1) putBefore(places[places.length - 1] + 2);
  } else if (places[0] > 0) putBefore(places[0] - 1);
}

pages.forEach((page, index) => {
  page.addEventListener("click", (event) => { at = index; if (event.shiftKey) stretch(index); else mark(index); });
  page.addEventListener("dblclick", () => { location.href = `/clerk/pages/${page.dataset.page}`; });
  page.addEventListener("dragstart", (event) => {
    if (!marked.has(page.dataset.page)) { marked.clear(); mark(index); }
    event.dataTransfer.setData("text/plain", page.dataset.page);
    event.dataTransfer.effectAllowed = "move";
  });
  page.addEventListener("dragover", (event) => { if (editable) { event.preventDefault(); page.classList.add("over"); } });
  page.addEventListener("dragleave", () => page.classList.remove("over"));
  page.addEventListener("drop", (event) => { event.preventDefault(); page.classList.remove("over"); putBefore(index); });
  page.querySelector("img")?.addEventListener("error", (event) => event.target.remove());
});
document.querySelectorAll("[data-put]").forEach((button) => button.addEventListener("click", () => (button.dataset.put === "end" ? send("") : putBefore(at))));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const open = (id) => { if (editable && marked.size) document.querySelector(`[data-dialog="${id}"]`).click(); };
  const acts = {
    ArrowLeft: () => (event.shiftKey ? step(false) : go(at - 1)), ArrowRight: () => (event.shiftKey ? step(true) : go(at + 1)),
    ArrowUp: () => go(at - row()), ArrowDown: () => go(at + row()),
    x: () => pages.length && mark(at), p: () => putBefore(at), e: () => send(""), n: () => open("split-off"), t: () => open("move-off"),
    u: () => { marked.clear(); draw(); }, o: () => { if (pages[at]) location.href = `/clerk/pages/${pages[at].dataset.page}`; },
  };
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act && pages.length) { event.preventDefault(); act(); }
});
draw();
if (first) go(at);
