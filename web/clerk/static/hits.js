// The places of what was searched for on the page: drawn as frames, gone through one by one, and on to the next hit.
export class Hits {
  constructor(places) {
    this.places = places || [];
    this.at = 0;
    document.querySelectorAll("[data-hit]").forEach((button) => button.addEventListener("click", () => this.step(Number(button.dataset.hit))));
  }

  draw(view) {
    this.view = view;
    view.first.clear("marked");
    this.shapes = this.places.map((boxes) => boxes.map((box) => view.first.frame(box, "marked")));
    this.show();
  }

  // Another image of the page is shown: the places are of the current one.
  leave() { this.view = null; }

  show() {
    if (!this.view || !this.places.length) return;
    this.shapes.forEach((shapes, index) => shapes.forEach((shape) => shape.classList.toggle("marked-now", index === this.at)));
    this.view.bring(this.places[this.at][0]);
    document.querySelector("[data-hit-at]").textContent = String(this.at + 1);
  }

  // Beyond the last place of a page stands the next hit of the search, before the first the one before.
  step(by) {
    const next = this.at + by;
    if (next >= 0 && next < this.places.length) { this.at = next; this.show(); return; }
    this.page(by);
  }

  page(by) { document.querySelector(`[data-hit-page="${by}"]`)?.click(); }

  // True where the key is one of the hits'.
  key(event) {
    if (!document.querySelector("[data-hits-line]")) return false;
    const acts = { h: () => this.step(event.shiftKey ? -1 : 1), "[": () => this.page(-1), "]": () => this.page(1), s: () => document.querySelector("[data-hit-back]")?.click() };
    const act = acts[event.key.toLowerCase()];
    if (act) act();
    return Boolean(act);
  }
}
