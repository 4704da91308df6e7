// Suggestions under a search box while somebody types. Arrows choose, Enter takes, Esc closes; nothing is kept and nothing
// stands in an address. A combobox as WAI-ARIA has it: the focus stays in the field.
const WAIT_MS = 150;
let made = 0;

class Suggestions {
  constructor(form, field) {
    this.form = form;
    this.field = field;
    this.chosen = -1;
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `suggestions-${made += 1}`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.getAttribute("aria-label"));
    field.after(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) field.setAttribute(name, value);
    field.addEventListener("input", (event) => { if (!event.isComposing) this.later(); });
    field.addEventListener("compositionend", () => this.later());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    form.addEventListener("submit", () => this.close());
    // The field keeps the focus: a click chooses before it could be lost.
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option && event.button === 0) this.take(option);
    });
  }

  later() {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (!this.field.value.trim()) { this.close(); return; }
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    this.asking = new AbortController();
    const body = new URLSearchParams({ q: this.field.value, csrf_token: this.form.elements.csrf_token.value });
    try {
      const answer = await fetch(this.form.dataset.suggest, { method: "POST", body, signal: this.asking.signal, headers: { Accept: "application/json" } });
      this.show(answer.ok ? (await answer.json()).items : []);
    } catch (error) {
      // Given up for a later key, or the server is away: then there is nothing to suggest.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
      if (error.name !== "AbortError") this.close();
    }
  }

  show(items) {
    if (document.activeElement !== this.field || !items.length) { this.close(); return; }
    this.list.replaceChildren(...items.map((item, index) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.line = item.line;
      option.append(Object.assign(document.createElement("span"), { textContent: item.text }), Object.assign(document.createElement("small"), { textContent: item.kind }));
      return option;
    }));
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.choose(-1);
  }

  choose(index) {
    this.chosen = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) this.field.removeAttribute("aria-activedescendant");
    else {
      this.field.setAttribute("aria-activedescendant", this.list.children[index].id);
      this.list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  key(event) {
    if (event.isComposing || this.list.hidden) return;
    const count = this.list.children.length;
    if (event.key === "ArrowDown") this.choose(this.chosen + 1 < count ? this.chosen + 1 : -1);
    else if (event.key === "ArrowUp") this.choose(this.chosen < 0 ? count - 1 : this.chosen - 1);
    else if (event.key === "Enter" && this.chosen >= 0) this.take(this.list.children[this.chosen]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(option) {
    this.field.value = option.dataset.line;
    this.close();
    this.form.requestSubmit();
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.chosen = -1;
  }
}

document.querySelectorAll("form[data-suggest]").forEach((form) => new Suggestions(form, form.elements.q));
