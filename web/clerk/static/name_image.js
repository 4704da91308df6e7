// 姓名图: frames a name on the page by mouse or keys, then asks for its nearest reading.
import { Draw } from "./correct_draw.js";

export class Naming {
  // `view()` is the view on show, `start()` the box that is worked on now (four corners) or null.
  constructor(root, view, start) {
    this.root = root;
    this.view = view;
    this.start = start;
    this.form = root.querySelector("[data-name-form]");
    this.hint = root.querySelector("[data-frame-hint]");
    root.querySelectorAll("[data-frame-name]").forEach((button) => button.addEventListener("click", () => this.begin()));
    this.form?.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); this.close(); } });
  }

  get on() { return Boolean(this.draw?.on); }

  begin() {
    const view = this.view();
    if (!this.form || !view || this.on) return;
    view.first.clear("named");
    // Each image that is opened has a view of its own.
    if (this.drawnOn !== view) { this.draw = new Draw(view, (box) => this.drawn(box)); this.drawnOn = view; }
    this.draw.begin(this.kept ?? this.start(), { over: true });
    this.hint.hidden = false;
    view.first.stage.focus();
  }

  // The box is kept while the reading is typed; nothing is sent before.
  drawn(box) {
    this.hint.hidden = true;
    if (!box) { this.close(); return; }
    this.kept = { box };
    this.view().first.frame(box, "named");
    this.form.elements.box.value = JSON.stringify(box);
    this.form.hidden = false;
    this.form.elements.reading.select();
  }

  close() {
    this.kept = null;
    this.form.hidden = true;
    this.view()?.first.clear("named");
    this.root.querySelector("[data-frame-name]").focus();
  }

  key(event) { return this.draw.key(event); }
}
