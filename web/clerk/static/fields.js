// 字段: a list of values read off paper. One is chosen at a time; acts go to the server and the list comes back as it then is.
export class Values {
  // `show(value)` frames the chosen value on its page; `value` is {id, page, box}, or null when none is chosen.
  constructor(root, show) {
    this.root = root;
    this.show = show;
    this.busy = false;
    root.addEventListener("click", (event) => {
      const line = event.target.closest(".value");
      if (!line) return;
      if (event.target.closest(".value-pick")) this.choose(line);
      if (event.target.closest("[data-edit]")) { this.choose(line); this.edit(line); }
    });
    root.addEventListener("submit", (event) => { event.preventDefault(); this.send(event.target, event.submitter); });
    root.addEventListener("keydown", (event) => {
      const form = event.target.closest(".value-edit");
      if (form && event.key === "Escape") { event.stopPropagation(); this.close(form); }
    });
  }

  get lines() { return [...this.root.querySelectorAll(".value")]; }
  get chosen() { return this.root.querySelector(".value.on"); }

  choose(line, { quiet = false } = {}) {
    for (const each of this.lines) {
      each.classList.toggle("on", each === line);
      each.querySelector(".value-pick").setAttribute("aria-pressed", String(each === line));
      if (each !== line) each.querySelector(".value-edit").hidden = true;
    }
    if (!line) { this.show(null); return; }
    if (!quiet) line.querySelector(".value-pick").focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
    this.show({ id: line.dataset.value, page: Number(line.dataset.page), box: JSON.parse(line.dataset.box) });
  }

  step(by) {
    const lines = this.lines;
    const at = lines.indexOf(this.chosen) + by;
    if (lines[at] || !this.chosen) this.choose(lines[Math.max(0, at)] ?? null);
  }

  // The next value that nobody has decided on, from the chosen one on and round.
  nextOpen() {
    const lines = this.lines;
    const at = lines.indexOf(this.chosen);
    const open = (each) => each.classList.contains("value-suggested");
    const next = lines.slice(at + 1).find(open) ?? lines.slice(0, Math.max(0, at)).find(open);
    if (next) this.choose(next);
    return Boolean(next);
  }

  edit(line) {
    const form = line.querySelector(".value-edit");
    form.hidden = !form.hidden;
    if (!form.hidden) form.querySelector("[name=value]").select();
  }

  close(form) {
    form.hidden = true;
    form.closest(".value").querySelector(".value-pick").focus();
  }

  async send(form, submitter) {
    if (this.busy) return;
    this.busy = true;
    const id = form.closest(".value").dataset.value;
    const body = new FormData(form);
    if (submitter?.name) body.set(submitter.name, submitter.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
      // A session that ended meanwhile answers with the page to sign in: go where it brings one back from.
      if (!answer.ok || answer.url.includes("/account/")) { location.reload(); return; }
      this.root.innerHTML = await answer.text();
      this.root.dispatchEvent(new CustomEvent("values", { bubbles: true }));
      const line = this.root.querySelector(`.value[data-value="${id}"]`);
      const failed = this.root.querySelector("[role=alert].notice-error");
      this.choose(line);
      if (form.dataset.go === "next" && !failed) this.nextOpen();
    } finally {
      this.busy = false;
    }
  }

  // True where the key meant something here.
  key(event) {
    const acts = {
      j: () => this.step(1), ArrowDown: () => this.step(1), k: () => this.step(-1), ArrowUp: () => this.step(-1),
      n: () => this.nextOpen() || this.chosen, y: () => this.press("y"), x: () => this.press("x"), e: () => this.press("e"),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return false;
    event.preventDefault();
    act();
    return true;
  }

  press(key) {
    if (!this.chosen) { this.nextOpen(); return; }
    this.chosen.querySelector(`[data-key="${key}"]`)?.click();
  }
}
