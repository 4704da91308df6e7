// The line under work: enlarged above the input, and what may stand at the caret with what tells the characters apart.
import { Sheet, View } from "./sheet.js";

const LINE_PX = 52;
const TALL_PX = 40;

const between = ([ax, ay], [bx, by], share) => [ax + (bx - ax) * share, ay + (by - ay) * share];

// The place of character `at` of a line; vertical text runs down the box.
export function place(line, at) {
  const count = Math.max(1, line.text.length);
  const known = line.spans.length === count ? line.spans[Math.min(at, count - 1)] : [Math.min(at, count - 1) / count, Math.min(at + 1, count) / count];
  const [a, b, c, d] = line.box;
  const [from, to] = known;
  if (line.vertical) return [between(a, d, from), between(b, c, from), between(b, c, to), between(a, d, to)];
  return [between(a, b, from), between(a, b, to), between(d, c, to), between(d, c, from)];
}

export class Strip {
  constructor(stage, image) {
    this.stage = stage;
    this.sheet = new Sheet(stage, image, image.rotation);
    this.view = new View([this.sheet]);
  }

  // The line large, the character at the caret in the middle where the line is longer than the strip.
  show(line, at) {
    this.stage.classList.toggle("tall", line.vertical);
    const points = line.box.map((corner) => this.sheet.seen(corner));
    const xs = points.map((point) => point[0]), ys = points.map((point) => point[1]);
    const width = Math.max(...xs) - Math.min(...xs), height = Math.max(...ys) - Math.min(...ys);
    const scale = Math.min(6, line.vertical ? TALL_PX / Math.max(4, width) : LINE_PX / Math.max(4, height));
    const fits = line.vertical ? height * scale < this.stage.clientHeight - 16 : width * scale < this.stage.clientWidth - 16;
    const middle = (corners) => corners.map((corner) => this.sheet.seen(corner)).reduce((sum, point) => [sum[0] + point[0] / 4, sum[1] + point[1] / 4], [0, 0]);
    const [x, y] = fits ? middle(line.box) : middle(place(line, at));
    const [, lineY] = middle(line.box), [lineX] = middle(line.box);
    this.view.scale = scale;
    this.view.x = this.stage.clientWidth / 2 - (line.vertical ? lineX : x) * scale;
    this.view.y = this.stage.clientHeight / 2 - (line.vertical ? y : lineY) * scale;
    this.sheet.clear("chosen");
    this.sheet.clear("at");
    this.sheet.frame(line.box, "chosen");
    if (line.text) this.sheet.frame(place(line, at), "at");
    this.view.show();
  }
}

// What may stand at a place: what the engine thought of besides, then look-alikes; at most nine.
export function candidatesAt(line, text, at, glyphs) {
  const char = text[at];
  if (!char) return [];
  // What the engine thought of holds as long as its characters stand where they stood.
  const machine = text.length === line.text.length && char === line.text[at] ? line.others[String(at)] || "" : "";
  const alike = (glyphs[char] || [])[2] || "";
  return [...new Set([...machine, ...alike])].filter((each) => each !== char).slice(0, 9);
}

export function glyphText(char, glyphs, words) {
  const [sound, strokes] = glyphs[char] || ["", 0];
  return [sound, strokes ? words.strokes.replace("{n}", strokes) : ""].filter(Boolean).join(" ");
}

export function drawCandidates(box, line, text, at, { glyphs, words }, pick) {
  box.replaceChildren();
  const char = text[at];
  if (!char || !char.trim()) return;
  const here = document.createElement("span");
  here.className = "candidate here";
  here.append(Object.assign(document.createElement("b"), { textContent: char }), ` ${glyphText(char, glyphs, words)}`);
  box.append(here);
  candidatesAt(line, text, at, glyphs).forEach((each, index) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "candidate", tabIndex: -1 });
    button.append(Object.assign(document.createElement("kbd"), { textContent: String(index + 1) }), Object.assign(document.createElement("b"), { textContent: each }), ` ${glyphText(each, glyphs, words)}`);
    button.addEventListener("click", () => pick(each));
    box.append(button);
  });
}
