// The words that were searched for, as boxes on the page: the part of a line that a word takes up.
const fold = (text) => text.normalize("NFKC").toLowerCase();

function between([ax, ay], [bx, by], share) { return [ax + (bx - ax) * share, ay + (by - ay) * share]; }

function part(line, first, last) {
  const count = line.text.length;
  const spans = line.spans && line.spans.length === count ? line.spans : null;
  const left = spans ? spans[first][0] : first / count;
  const right = spans ? spans[last - 1][1] : last / count;
  const [a, b, c, d] = line.box;
  return [between(a, b, left), between(a, b, right), between(d, c, right), between(d, c, left)];
}

export function marked(lines, words) {
  const boxes = [];
  for (const line of lines) {
    const text = fold(line.text);
    // A folded text of another length would put the frame at the wrong place: then the whole line is framed.
    const same = text.length === line.text.length;
    for (const word of words.map(fold)) {
      for (let at = text.indexOf(word); word && at >= 0; at = text.indexOf(word, at + word.length)) {
        boxes.push(same ? part(line, at, at + word.length) : line.box);
      }
    }
  }
  return boxes;
}
