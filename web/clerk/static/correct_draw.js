// A box for a line that the machine missed, placed by keys or by mouse on the page as it is seen.

// From a point of the page as seen back to the pixels of the stored image.
function stored(sheet, [x, y]) {
  return { 0: [x, y], 90: [y, sheet.height - x], 180: [sheet.width - x, sheet.height - y], 270: [sheet.width - y, x] }[sheet.turn];
}

export class Draw {
  constructor(view, done) {
    this.view = view;
    this.done = done;
    this.on = false;
    const { stage } = view.first;
    stage.addEventListener("pointerdown", (event) => this.press(event));
    stage.addEventListener("pointermove", (event) => this.drag(event));
    stage.addEventListener("pointerup", () => { if (this.from) { this.from = null; this.finish(true); } });
  }

  // Begins under the line that was worked on, as large as that line; `over`: where the line itself lies.
  begin(line, { over = false } = {}) {
    const points = line ? line.box.map((corner) => this.view.first.seen(corner)) : [[this.view.first.across * .1, this.view.first.down * .1], [this.view.first.across * .5, this.view.first.down * .13]];
    const xs = points.map((point) => point[0]), ys = points.map((point) => point[1]);
    const height = Math.max(12, Math.max(...ys) - Math.min(...ys));
    const top = over ? Math.min(...ys) : Math.max(...ys) + 4;
    this.edges = [Math.min(...xs), top, Math.max(...xs), top + height];
    this.on = true;
    this.show();
  }

  get box() {
    const [left, top, right, bottom] = this.edges;
    return [[left, top], [right, top], [right, bottom], [left, bottom]].map((point) => stored(this.view.first, point).map((each) => Math.round(each * 10) / 10));
  }

  show() {
    const { across, down } = this.view.first;
    const [left, top, right, bottom] = this.edges;
    const width = Math.min(across, Math.max(6, right - left)), height = Math.min(down, Math.max(6, bottom - top));
    const x = Math.min(Math.max(0, left), across - width), y = Math.min(Math.max(0, top), down - height);
    this.edges = [x, y, x + width, y + height];
    this.view.first.clear("draft");
    this.view.first.frame(this.box, "draft");
    this.view.bring(this.box);
  }

  // True where the key was about the box.
  key(event) {
    const step = event.ctrlKey ? 2 : 12;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (event.key === "Enter") { this.finish(true); return true; }
    if (event.key === "Escape") { this.finish(false); return true; }
    const move = moves[event.key];
    if (!move) return false;
    const [dx, dy] = move, [left, top, right, bottom] = this.edges;
    this.edges = event.shiftKey ? [left, top, Math.max(left + 6, right + dx), Math.max(top + 6, bottom + dy)] : [left + dx, top + dy, right + dx, bottom + dy];
    this.show();
    return true;
  }

  finish(kept) {
    const { box } = this;
    this.on = false;
    this.view.first.clear("draft");
    this.done(kept ? box : null);
  }

  point(event) {
    const { left, top } = this.view.first.stage.getBoundingClientRect();
    return [(event.clientX - left - this.view.x) / this.view.scale, (event.clientY - top - this.view.y) / this.view.scale];
  }

  press(event) {
    if (!this.on || event.button !== 0) return;
    event.preventDefault();
    this.from = this.point(event);
    this.view.first.stage.setPointerCapture(event.pointerId);
  }

  drag(event) {
    if (!this.from) return;
    const [x, y] = this.point(event), [x0, y0] = this.from;
    this.edges = [Math.min(x, x0), Math.min(y, y0), Math.max(x, x0), Math.max(y, y0)];
    this.show();
  }
}
