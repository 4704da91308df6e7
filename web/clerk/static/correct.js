// The correction desk: lines by keys alone. What is typed is kept in this tab until the server has it.
import { Draw } from "./correct_draw.js";
import { Strip, candidatesAt, drawCandidates } from "./correct_line.js";
import { Sheet, View } from "./sheet.js";

const data = JSON.parse(document.getElementById("page-data").textContent);
const { words } = data;
const input = document.getElementById("line-text");
const note = document.getElementById("line-note");
const list = document.getElementById("lines");
const candidates = document.getElementById("candidates");
const stage = document.querySelector("#stages .stage");
const token = document.querySelector("#token [name=csrf_token]").value;
const saved = [];
let lines = data.lines;
let current = 0;
let busy = false;
let pending = null;

const page = new View([new Sheet(stage, data.image, data.image.rotation)]);
const strip = new Strip(document.getElementById("strip"), data.image);
const draw = new Draw(page, drawn);

const key = (line) => (line.line ? `c${line.line}` : `m${line.box.join()}`);
const place = (line) => `draft:${data.version}:${key(line)}`;
const kept = (line) => sessionStorage.getItem(place(line));
const line = () => pending || lines[current];
const caret = () => Math.max(0, Math.min(input.selectionStart, input.value.length - 1));

function tell(text, bad = false) {
  note.textContent = text;
  note.classList.toggle("bad", bad);
}

function choose(index, text = "") {
  if (!lines.length && !pending) { input.disabled = true; drawList(); return; }
  current = Math.max(0, Math.min(lines.length - 1, index));
  const draft = kept(line());
  const shown = draft === null ? line().text : draft;
  input.value = shown;
  document.getElementById("line-read").textContent = line().read && line().read !== line().text ? `${words.read} ${line().read}` : "";
  tell(text || (draft !== null && draft !== line().text ? words.draft : ""));
  drawList();
  page.first.clear("chosen");
  page.first.frame(line().box, "chosen");
  page.bring(line().box);
  input.focus();
  const doubt = nextDoubt(-1, 1);
  if (doubt >= 0 && shown === line().text) input.setSelectionRange(doubt, doubt + 1);
  else input.setSelectionRange(...(shown === line().text ? [0, 0] : [shown.length, shown.length]));
  show();
}

// The strip and the candidates follow the caret.
function show() {
  if (!line()) return;
  strip.show(line(), caret());
  drawCandidates(candidates, line(), input.value, caret(), data, pick);
  ask();
}

async function ask() {
  const unknown = [...new Set(input.value)].filter((char) => char.trim() && !(char in data.glyphs));
  if (!unknown.length) return;
  unknown.forEach((char) => { data.glyphs[char] = ["", 0, ""]; });
  const answer = await get(`${data.characters}?of=${encodeURIComponent(unknown.join(""))}`);
  if (!answer) return;
  Object.assign(data.glyphs, answer);
  drawCandidates(candidates, line(), input.value, caret(), data, pick);
}

function pick(char) {
  const at = caret();
  input.setRangeText(char, at, at + 1, "select");
  input.focus();
  typed();
}

function typed() {
  if (input.value === line().text) sessionStorage.removeItem(place(line()));
  else sessionStorage.setItem(place(line()), input.value);
  show();
}

// The most doubtful characters of the line, in the order of reading.
function nextDoubt(from, way) {
  const { risks } = line();
  if (input.value.length !== line().text.length || !risks.length) return -1;
  const most = Math.max(0, ...risks);
  if (most === Math.min(...risks)) return -1; // the engine did not tell one character from another
  const doubts = risks.map((risk, at) => [risk, at]).filter(([risk]) => risk > 0.02 && risk >= most / 4).map(([, at]) => at);
  return (way > 0 ? doubts.find((at) => at > from) : doubts.reverse().find((at) => at < from)) ?? -1;
}

function step(way) {
  const at = nextDoubt(input.selectionStart, way);
  const around = at >= 0 ? at : nextDoubt(way > 0 ? -1 : input.value.length, way);
  if (around >= 0) { input.setSelectionRange(around, around + 1); show(); }
}

function doubtful(from, way) {
  for (let index = from + way; index >= 0 && index < lines.length; index += way) if (lines[index].doubtful) return index;
  return -1;
}

function onwards(text) {
  const next = doubtful(current, 1);
  const wrapped = next >= 0 ? next : doubtful(-1, 1);
  if (wrapped >= 0) { choose(wrapped, text); return; }
  choose(current, words.done);
  document.body.dataset.done = "yes";
}

function drawList() {
  delete document.body.dataset.done;
  list.replaceChildren(...[...lines, ...(pending ? [pending] : [])].map((each, index) => {
    const item = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1 });
    const here = pending ? each === pending : index === current;
    button.setAttribute("aria-pressed", String(here));
    button.append(Object.assign(document.createElement("span"), { className: "line-text", textContent: kept(each) ?? each.text }));
    const state = each === pending ? "new" : each.kind || (each.doubtful ? "doubtful" : "");
    if (state) button.append(Object.assign(document.createElement("span"), { className: `line-state ${each.kind ? "settled" : state}`, textContent: words[state], title: each.by ? `${each.by} ${each.at}` : "" }));
    button.addEventListener("click", () => { pending = null; choose(index); });
    item.append(button);
    if (here) requestAnimationFrame(() => { list.scrollTop = item.offsetTop - list.clientHeight / 3; });
    return item;
  }));
  const settled = lines.filter((each) => each.line).length;
  const values = { doubtful: lines.filter((each) => each.doubtful).length, settled, all: lines.length };
  document.getElementById("counts").textContent = words.counts.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  ["word", "doubt", "settled"].forEach((kind) => page.first.clear(kind));
  lines.forEach((each, index) => {
    const shape = page.first.frame(each.box, each.line ? "settled" : each.doubtful ? "doubt" : "word");
    shape.addEventListener("click", () => { if (!draw.on) { pending = null; choose(index); } });
  });
}

async function get(address, body) {
  const options = body ? { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body) } : {};
  let response;
  try { response = await fetch(address, options); } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    tell(words.lost, true);
    return null;
  }
  if (!response.ok || !(response.headers.get("Content-Type") || "").startsWith("application/json")) {
    tell(response.redirected ? words.signin : words.lost, true);
    return null;
  }
  return response.json();
}

const once = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

async function send(address, body) {
  if (busy) return null;
  busy = input.readOnly = true; // what would be typed now belongs to no line yet
  try { return await get(address, { once: once(), ...body }); } finally { busy = input.readOnly = false; }
}

async function say(kind) {
  const said = line(), text = input.value;
  if (!said) return;
  if (said === pending && kind !== "save") { pending = null; choose(current); return; }
  if (kind === "save") {
    if (said === pending) kind = "add";
    else if (text.trim() !== said.text) kind = "correct";
    else if (said.line) { onwards(); return; }
    else kind = "confirm";
  }
  const answer = await send(data.say, { version: data.version, kind, text, box: said.box, read: said.text, line: said.line, seen: said.seen });
  if (!answer) return;
  if (answer.error) { await refused(answer, said, text); return; }
  sessionStorage.removeItem(place(said));
  saved.push(answer.row);
  const before = current;
  pending = null;
  lines = answer.lines;
  const at = lines.findIndex((each) => each.seen === answer.row);
  current = at >= 0 ? at : Math.min(before, lines.length) - 1;
  onwards(words.saved);
}

// Somebody was there first, or the page was read again: their line is shown, what was typed stays in the input.
async function refused(answer, said, text) {
  if (["line.changed", "line.gone"].includes(answer.error.code)) {
    const now = await get(data.say);
    if (now) {
      lines = now.lines;
      const [x, y] = said.box[0];
      const near = lines.map((each, index) => [Math.hypot(each.box[0][0] - x, each.box[0][1] - y), index]).sort((a, b) => a[0] - b[0])[0];
      if (near) { sessionStorage.setItem(place(lines[near[1]]), text); pending = null; choose(near[1]); }
    }
  }
  tell(answer.text, true);
}

async function undo() {
  const row = line() && line().seen ? line().seen : saved[saved.length - 1];
  if (!row) { tell(words.nothing); return; }
  const box = line() && line().seen ? line().box : null;
  const answer = await send(data.undo.replace("/0/", `/${row}/`), {});
  if (!answer) return;
  if (answer.error) { tell(answer.text, true); return; }
  const was = lines.find((each) => each.seen === row);
  if (saved.includes(row)) saved.splice(saved.indexOf(row), 1);
  lines = answer.lines;
  const corner = (box || (was && was.box) || [[0, 0]])[0].join();
  const at = lines.findIndex((each) => each.box[0].join() === corner);
  choose(at >= 0 ? at : current, words.undone);
}

function drawn(box) {
  tell("");
  if (box) { pending = { text: "", box, spans: [], vertical: false, line: 0, seen: 0, kind: "", read: "", by: "", at: "", doubtful: false, risks: [], others: {}, chain: 0 }; input.disabled = false; }
  choose(current);
}

async function history() {
  const chain = line() && line().chain;
  if (!chain) { tell(words.unsaid); return; }
  const response = await fetch(data.history.replace("/0/", `/${chain}/`));
  if (!response.ok) { tell(words.lost, true); return; }
  const dialog = document.getElementById("history");
  dialog.querySelector("[data-history]").innerHTML = await response.text();
  dialog.showModal();
}

const acts = {
  save: () => say("save"), noise: () => say("noise"), unreadable: () => say("unreadable"), undo, history,
  add: () => { draw.begin(lines[current]); tell(words.draw); stage.focus(); },
};

function shiftLine(to) { pending = null; if (to >= 0 && to < lines.length) choose(to); }

const keys = {
  Enter: acts.save, F2: acts.noise, F4: acts.unreadable, F6: () => { location.href = data.next; }, F7: acts.add, F8: history, F9: undo,
  F1: () => document.querySelector("[data-keys]").click(),
  ArrowUp: () => shiftLine(current - 1), ArrowDown: () => shiftLine(current + 1),
  PageDown: () => shiftLine(doubtful(current, 1)), PageUp: () => shiftLine(doubtful(current, -1)),
};

document.addEventListener("keydown", (event) => {
  // While an input method composes, every key is its own.
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  if (draw.on) { if (draw.key(event)) { event.preventDefault(); event.stopPropagation(); } return; }
  const typing = event.target === input;
  if (event.altKey && /^[0-9]$/.test(event.key) && typing) {
    event.preventDefault();
    const char = event.key === "0" ? "□" : candidatesAt(line(), input.value, caret(), data.glyphs)[Number(event.key) - 1];
    if (char) pick(char);
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey || event.repeat && event.key === "Enter") return;
  if (typing && event.key === "Tab") { event.preventDefault(); step(event.shiftKey ? -1 : 1); return; }
  if (typing && event.key === "Escape" && line() && input.value !== line().text) {
    event.preventDefault(); event.stopPropagation();
    sessionStorage.removeItem(place(line()));
    choose(current);
    return;
  }
  if (!typing && !/^F\d$/.test(event.key)) return;
  if (event.key === "Enter" && document.body.dataset.done && line() && line().line && input.value === line().text) { event.preventDefault(); location.href = data.next; return; }
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
}, true);

input.addEventListener("input", (event) => { if (!event.isComposing) typed(); });
input.addEventListener("compositionend", typed);
["keyup", "click"].forEach((name) => input.addEventListener(name, (event) => { if (!event.isComposing && !["Enter"].includes(event.key)) show(); }));
document.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => acts[button.dataset.do]()));
new ResizeObserver(() => { page.fit(); if (line()) { page.bring(line().box); show(); } }).observe(stage);

(async () => {
  await Promise.all([page.first.ready, strip.sheet.ready]);
  page.fit();
  const first = lines.findIndex((each) => each.doubtful);
  choose(first >= 0 ? first : 0, first >= 0 ? "" : words.done);
  document.body.dataset.ready = "yes";
})();
