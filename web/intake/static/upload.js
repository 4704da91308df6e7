// The upload page: takes what is dropped or chosen, says how many of how many, which not and why; watches the taking-in.
import { chosen, dropped } from "./picked.js";
import { sender } from "./sender.js";

const { state: first, limits, texts } = JSON.parse(document.getElementById("upload-data").textContent);
const by = (id) => document.getElementById(id);
const drop = by("drop");
const says = by("says");
const ASK_MS = 2000;
const MOST_ROWS = 100;

const counted = (text, n) => text.replace("{n}", n);
const sized = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`);
const masked = (path) => path.replace(/([1-9]\d{5})\d{8}(\d{3}[\dXx])/g, "$1********$2");

async function ask(address) {
  const response = await fetch(address, { headers: { Accept: "application/json", "X-Background": "1" } });
  return response.ok ? response.json() : null;
}

function show(now) {
  by("bar-files").max = Math.max(1, now.files);
  by("bar-files").value = now.here;
  by("here").textContent = now.here;
  by("all").textContent = now.files;
  by("bar-bytes").max = Math.max(1, now.size);
  by("bar-bytes").value = now.got;
  by("bytes").textContent = `${sized(now.got)} / ${sized(now.size)}`;
}

function uploading() {
  const failed = new Map();  // path -> {file, kind}
  let state = first;
  let watching = null;
  let announcing = 0;
  const busy = () => announcing > 0 || line.busy;
  const told = {
    progress() { say(counted(texts.sending, Math.max(1, state.files - state.here))); watch(); },
    arrived(file) { failed.delete(file.path); },
    failed(file, kind) { failed.set(file.path, { file, kind }); troubles(); },
    offline(wait) { say(counted(texts.offline, wait), true); },
    stopped(error) {
      say(error.message === "ended" ? texts.ended : said(error.answer), true);
      by("again-box").hidden = error.message === "ended";
      refresh();
    },
    finished() { refresh(); },
  };
  const line = sender({ address: drop.dataset.address, csrf: drop.dataset.csrf, partBytes: limits.part, told });

  function said(answer) {
    if (!answer) return texts.damaged;
    return document.documentElement.lang === "en" ? answer.message : answer.message_zh;
  }

  function say(text, warn = false) {
    says.textContent = text;
    says.classList.toggle("warn", warn);
  }

  function watch() {
    if (watching) return;
    watching = setTimeout(async () => { watching = null; await refresh(); if (busy()) watch(); }, ASK_MS);
  }

  async function refresh() {
    const now = await ask(`${drop.dataset.address}/state`).catch(() => null);
    if (now === null) return;
    if (now.state !== "open") { location.reload(); return; }
    state = now;
    show(state);
    by("whole").querySelector("[name=files]").value = state.here;
    by("whole").querySelector("button").disabled = busy() || state.waiting > 0 || state.here === 0;
    by("leave").hidden = busy() || state.waiting === 0;
    if (!busy() && by("again-box").hidden) say(state.waiting ? counted(texts.waiting, state.waiting) : state.here ? texts.done : "", state.waiting > 0);
    troubles();
  }

  function troubles() {
    const mine = [...failed.values()].map(({ file, kind }) => ({ path: masked(file.path), got: file.got || 0, size: file.file.size, state: kind, why: texts[kind], file, id: file.id }));
    const theirs = busy() ? state.troubles.filter((each) => each.state !== "waiting") : state.troubles;
    const names = new Set(mine.map((each) => each.path));
    const all = [...mine, ...theirs.filter((each) => !names.has(each.path))];
    by("troubles").hidden = all.length === 0;
    by("trouble-count").textContent = all.length >= MOST_ROWS ? counted(texts.more, MOST_ROWS) : all.length;
    by("troubles").querySelector("tbody").replaceChildren(...all.slice(0, MOST_ROWS).map(row));
  }

  function row(each) {
    const tr = document.createElement("tr");
    const cells = [each.path, `${sized(each.got)} / ${sized(each.size)}`, each.why || (each.state === "left" ? texts.left : texts.notyet)];
    tr.append(...cells.map((text, index) => Object.assign(document.createElement("td"), { textContent: text, className: index === 1 ? "num" : each.state === "refused" && index === 2 ? "refused" : "" })));
    const acts = document.createElement("td");
    acts.className = "nowrap";
    if (each.state === "other") acts.append(button(texts.replace, () => { failed.delete(each.file.path); start([{ ...each.file, replace: true }]); }), button(texts.leave, () => { failed.delete(each.file.path); troubles(); }));
    else if (each.id && (each.state === "waiting" || each.file)) acts.append(button(texts.leave, () => leave(each.id)));
    tr.append(acts);
    return tr;
  }

  function button(label, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: label });
    made.addEventListener("click", act);
    return made;
  }

  function leave(id) {
    const form = by("leave");
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "file", value: id }));
    form.requestSubmit();
  }

  async function start(files) {
    by("again-box").hidden = true;
    if (!files.length) { say(texts.nothing, true); return; }
    say(texts.reading);
    by("whole").querySelector("button").disabled = true;
    announcing += 1;
    try {
      const wanted = alone(files);
      for (let at = 0; at < wanted.length; at += limits.announce) {
        const some = wanted.slice(at, at + limits.announce);
        const answers = await line.announce(some.map(({ path, file, replace }) => ({ path, size: file.size, modified: file.lastModified, replace })));
        answers.forEach((answer, index) => {
          const file = Object.assign(some[index], { id: answer.id, got: answer.got });
          if (answer.state === "waiting") line.add(file);
          else if (answer.state === "other") told.failed(file, "other");
        });
        line.start();
      }
    } catch (error) {
      if (error.message !== "ended" && error.message !== "refused") throw error;
      told.stopped(error);
    } finally {
      announcing -= 1;
      refresh();
      watch();
    }
  }

  // Two folders of one name, dropped from two places: the second file of a path waits for a person.
  function alone(files) {
    const paths = new Set();
    return files.filter((file) => {
      if (paths.has(file.path)) { told.failed(file, "other"); return false; }
      paths.add(file.path);
      return true;
    });
  }

  by("pick-folder").addEventListener("click", () => by("folder").click());
  by("pick-files").addEventListener("click", () => by("files").click());
  for (const id of ["folder", "files"]) by(id).addEventListener("change", (event) => { start(chosen(event.target.files)); event.target.value = ""; });
  by("again").addEventListener("click", () => { by("again-box").hidden = true; line.start(); watch(); });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    say(texts.reading);
    start(await dropped(event.dataTransfer));
  });
  window.addEventListener("beforeunload", (event) => { if (busy()) { event.preventDefault(); event.returnValue = texts.going; } });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select") || document.querySelector("dialog[open]")) return;
    if (event.key === "f" || event.key === "F") by("folder").click();
    if (event.key === "l" || event.key === "L") by("files").click();
  });
  show(state);
  if (state.waiting) say(counted(texts.waiting, state.waiting), true);
  troubles();
}

function watching(box) {
  const round = async () => {
    const now = await ask(box.dataset.watch).catch(() => undefined);
    if (now === null) return;
    if (now) {
      if (now.state !== first.state) { location.reload(); return; }
      by("bar-files").max = Math.max(1, now.of);
      by("bar-files").value = now.done;
      by("here").textContent = now.done;
      by("all").textContent = now.of || now.here;
    }
    setTimeout(round, ASK_MS);
  };
  setTimeout(round, ASK_MS / 2);
}

if (drop) uploading();
document.querySelectorAll("[data-watch]").forEach(watching);
