// One image of a page on a stage: zoom, drag, turn, frames over it. Coordinates are pixels of the image as it is stored.
const SVG = "http://www.w3.org/2000/svg";
const LARGEST = 8;

export class Sheet {
  constructor(stage, image, rotation) {
    this.stage = stage;
    this.image = image;
    this.turn = rotation;
    this.width = image.width || 0;
    this.height = image.height || 0;
    this.box = document.createElement("div");
    this.box.className = "sheet-image";
    this.picture = document.createElement("img");
    this.picture.alt = "";
    this.frames = document.createElementNS(SVG, "svg");
    this.frames.classList.add("frames");
    this.box.append(this.picture, this.frames);
    stage.append(this.box);
    this.ready = new Promise((resolve) => {
      this.picture.addEventListener("load", () => { this.measure(); resolve(true); }, { once: true });
      this.picture.addEventListener("error", () => resolve(false), { once: true });
    });
    this.picture.src = image.view;
  }

  measure() {
    this.reduced = this.picture.naturalWidth;
    if (!this.width) { this.width = this.picture.naturalWidth; this.height = this.picture.naturalHeight; }
    for (const each of [this.box, this.picture]) { each.style.width = `${this.width}px`; each.style.height = `${this.height}px`; }
    this.frames.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
  }

  get turned() { return this.turn % 180 !== 0; }
  get across() { return this.turned ? this.height : this.width; }
  get down() { return this.turned ? this.width : this.height; }

  // Where the stored image's origin lies after the turn, so that the page as seen begins at 0, 0.
  get offset() { return { 0: [0, 0], 90: [this.height, 0], 180: [this.width, this.height], 270: [0, this.width] }[this.turn]; }

  show({ x, y, scale }) {
    const [dx, dy] = this.offset;
    this.box.style.transform = `translate(${x}px, ${y}px) scale(${scale}) translate(${dx}px, ${dy}px) rotate(${this.turn}deg)`;
    this.frames.style.setProperty("--line", String(2 / scale));
    if (this.reduced && scale * this.width * devicePixelRatio > this.reduced * 1.15) this.sharpen();
  }

  // The sharp image replaces the reduced one when it is decoded, without a flash.
  async sharpen() {
    if (this.sharp || this.image.full === this.image.view) return;
    this.sharp = new Image();
    this.sharp.src = this.image.full;
    try {
      await this.sharp.decode();
      this.picture.src = this.sharp.src;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  // A point of the stored image as seen after the turn, in pixels of the page.
  seen([x, y]) {
    const [dx, dy] = this.offset;
    const quarter = { 0: [x, y], 90: [-y, x], 180: [-x, -y], 270: [y, -x] }[this.turn];
    return [quarter[0] + dx, quarter[1] + dy];
  }

  frame(corners, kind) {
    const shape = document.createElementNS(SVG, "polygon");
    shape.setAttribute("points", corners.map((corner) => corner.join(",")).join(" "));
    shape.setAttribute("class", kind);
    this.frames.append(shape);
    return shape;
  }

  whole() { return [[0, 0], [this.width, 0], [this.width, this.height], [0, this.height]]; }

  clear(kind) { this.frames.querySelectorAll(`.${kind}`).forEach((shape) => shape.remove()); }
}

// The view that all sheets of a stage share.
export class View {
  constructor(sheets) {
    this.sheets = sheets;
    this.x = 0; this.y = 0; this.scale = 1; this.fitted = true;
  }

  get first() { return this.sheets[0]; }

  fit() {
    const { stage, across, down } = this.first;
    const margin = 12;
    this.scale = (stage.clientWidth - 2 * margin) / across;
    // A small image is not blown up beyond twice its size.
    this.scale = Math.min(this.scale, 2);
    this.x = Math.max(margin, (stage.clientWidth - across * this.scale) / 2);
    this.y = Math.max(margin, Math.min(margin, (stage.clientHeight - down * this.scale) / 2));
    this.fitted = true;
    this.show();
  }

  zoom(factor, atX = this.first.stage.clientWidth / 2, atY = this.first.stage.clientHeight / 2) {
    const scale = Math.min(LARGEST, Math.max(0.05, this.scale * factor));
    this.x = atX - (atX - this.x) * (scale / this.scale);
    this.y = atY - (atY - this.y) * (scale / this.scale);
    this.scale = scale;
    this.fitted = false;
    this.show();
  }

  pan(dx, dy) {
    this.x += dx; this.y += dy;
    this.show();
  }

  // Some of the page always stays in sight.
  show() {
    const { stage, across, down } = this.first;
    const rest = 80;
    this.x = Math.min(stage.clientWidth - rest, Math.max(rest - across * this.scale, this.x));
    this.y = Math.min(stage.clientHeight - rest, Math.max(rest - down * this.scale, this.y));
    this.sheets.forEach((sheet) => sheet.show(this));
  }

  bring(corners) {
    const points = corners.map((corner) => this.first.seen(corner));
    const xs = points.map((point) => point[0] * this.scale + this.x);
    const ys = points.map((point) => point[1] * this.scale + this.y);
    const { clientWidth: width, clientHeight: height } = this.first.stage;
    if (Math.min(...ys) < 24 || Math.max(...ys) > height - 24) this.y += height / 2 - (Math.min(...ys) + Math.max(...ys)) / 2;
    if (Math.min(...xs) < 0 || Math.max(...xs) > width) this.x += width / 2 - (Math.min(...xs) + Math.max(...xs)) / 2;
    this.show();
  }
}
