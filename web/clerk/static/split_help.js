// What was recognised of a run of images: beside each material where it seems to begin, under each page what its title says.
const texts = JSON.parse(document.getElementById("split-texts").textContent);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// `desk` is the screen: its data and pages, its state with a way back, how a material is placed and chosen.
export function hints(desk) {
  const { data, pages, places } = desk;
  const found = new Map(data.found.map((each) => [places.get(each.page), each]));
  const told = document.querySelector(".split-told");
  const dialog = document.getElementById("add");
  const form = dialog.querySelector("form");
  const past = [];
  let pointed = null; // the page that was clicked last
  let adding = null;

  const wanted = (material) => (data.suggested[material.id] ? places.get(data.suggested[material.id].page) : undefined);
  const remember = () => past.push(desk.state());
  const extras = (starts) => [...found.keys()].filter((at) => !starts.includes(at) && !data.materials.some((each) => wanted(each) === at)).sort((a, b) => a - b);
  const differing = ({ materials, starts }) => materials.flatMap((each, index) => (wanted(each) !== undefined && wanted(each) !== starts[index] ? [index] : []));

  function line(material, start) {
    const note = document.createElement("span");
    note.className = "split-hint";
    const hint = data.suggested[material.id];
    if (material.made) note.textContent = texts.new;
    else if (!hint) note.textContent = data.found.length ? texts.none : "";
    else {
      const values = { n: data.pages[places.get(hint.page)].number, sure: hint.confidence };
      const same = places.get(hint.page) === start;
      note.textContent = fill(same ? (hint.seen ? texts.same : texts.counted) : texts.suggest, values);
      note.classList.toggle("differs", !same);
    }
    return note;
  }

  function draw(starts) {
    const missing = extras(starts);
    pages.forEach((page, at) => {
      const each = found.get(at);
      page.querySelector(".split-found").textContent = each ? `${each.class_code} ${each.title || texts.title}`.trim() : "";
      page.classList.toggle("extra", missing.includes(at));
      page.classList.toggle("at", at === pointed);
    });
    const differ = differing(desk.state());
    told.textContent = found.size ? fill(texts.found, { n: found.size, differ: differ.length, extra: missing.length }) : texts.nothing;
    document.querySelector("[data-help=one]").disabled = !differ.length;
    document.querySelector("[data-help=all]").disabled = !differ.length && !(missing.length && !data.materials.length);
    document.querySelector("[data-help=back]").disabled = !past.length;
  }

  // The chosen material's suggestion, or the next one that differs; then on to the one after.
  function take() {
    const differ = differing(desk.state());
    const index = differ.find((each) => each >= desk.chosen()) ?? differ[0];
    if (index === undefined) return;
    remember();
    desk.place(index, wanted(data.materials[index]));
    const left = differing(desk.state());
    desk.choose(left.find((each) => each > index) ?? index);
  }

  function takeAll() {
    const differ = differing(desk.state());
    const state = desk.state();
    if (data.materials.length) {
      if (!differ.length) return;
      remember();
      const starts = state.materials.map((each, index) => wanted(each) ?? (data.suggested[each.id] || each.made ? state.starts[index] : null));
      desk.restore({ ...state, starts: inOrder(starts) });
      return;
    }
    // No list at all: every recognised first page becomes a paper of its own.
    const named = [...found.keys()].sort((a, b) => a - b).filter((at) => found.get(at).title && found.get(at).class_code);
    if (!named.length) return;
    remember();
    desk.restore({ materials: named.map((at, number) => made(number + 1, found.get(at))), starts: named, chosen: 0 });
  }

  // What nobody recognised stays where it is only as long as the order holds.
  function inOrder(starts) {
    let last = -1;
    return starts.map((each) => { if (each === null || each <= last) return null; last = each; return each; });
  }

  const made = (number, each) => ({ id: `new-${number}`, key: each.class_code, title: each.title, declared: null, class_code: each.class_code, made: true });

  function add() {
    const starts = desk.state().starts;
    adding = pointed !== null && !starts.includes(pointed) ? pointed : extras(starts)[0] ?? (pointed === null ? null : pointed);
    if (adding === null || adding === undefined) return;
    const each = found.get(adding);
    dialog.querySelector("[data-add-where]").textContent = fill(texts.where, { n: data.pages[adding].number });
    form.elements.title.value = each?.title ?? "";
    if (each?.class_code) form.elements.class_code.value = each.class_code;
    dialog.showModal();
    form.elements.title.select();
  }

  form.addEventListener("submit", () => {
    remember();
    const state = desk.state();
    const number = 1 + state.materials.filter((each) => each.made).length;
    const entry = made(number, { class_code: form.elements.class_code.value, title: form.elements.title.value.trim() });
    const behind = state.starts.reduce((last, at, index) => (at !== null && at < adding ? index : last), -1) + 1;
    state.materials.splice(behind, 0, entry);
    state.starts = state.starts.map((at) => (at === adding ? null : at));
    state.starts.splice(behind, 0, adding);
    desk.restore({ ...state, chosen: behind });
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  function back() {
    if (past.length) desk.restore(past.pop());
  }

  const acts = { one: take, all: takeAll, add, back };
  document.querySelectorAll("[data-help]").forEach((button) => button.addEventListener("click", () => acts[button.dataset.help]()));
  return { line, draw, remember, take, takeAll, add, back, at: (place) => { pointed = place; } };
}
