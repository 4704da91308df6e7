// The contact sheet of blank sides: arrows go from side to side, Space says that one is written on, S confirms the rest.
const form = document.getElementById("blanks");
const sides = form ? [...form.querySelectorAll("[name=written]")] : [];
const look = document.getElementById("look");
const count = form?.querySelector("[data-count]");

function tell() {
  const written = sides.filter((side) => side.checked).length;
  if (count) count.textContent = written ? `${count.dataset.one} ${written}` : "";
}

function show(side) {
  if (look && look.getAttribute("src") !== side.dataset.view) look.src = side.dataset.view;
}

// The sides of a row stand at one height: down is the next row's side nearest below.
function beside(side, key) {
  const at = sides.indexOf(side);
  if (key === "ArrowRight") return sides[at + 1];
  if (key === "ArrowLeft") return sides[at - 1];
  const here = side.getBoundingClientRect();
  const row = sides.filter((each) => {
    const top = each.getBoundingClientRect().top;
    return key === "ArrowDown" ? top > here.top + 4 : top < here.top - 4;
  });
  if (row.length === 0) return undefined;
  const far = (each) => Math.abs(each.getBoundingClientRect().top - here.top) * 1000 + Math.abs(each.getBoundingClientRect().left - here.left);
  return row.reduce((best, each) => (far(each) < far(best) ? each : best));
}

sides.forEach((side) => {
  side.addEventListener("focus", () => { show(side); side.closest("li").scrollIntoView({ block: "nearest" }); });
  side.addEventListener("change", tell);
  side.closest("li").addEventListener("mouseenter", () => show(side));
});
document.querySelectorAll(".blank-sheet img").forEach((image) => image.addEventListener("error", () => image.remove()));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key.startsWith("Arrow") && sides.length) {
    const side = sides.includes(document.activeElement) ? beside(document.activeElement, event.key) : sides[0];
    event.preventDefault();
    side?.focus();
  }
  if (event.key.toLowerCase() === "s" && !event.target.closest("input[type=text], input[type=search], textarea")) {
    const button = form?.querySelector("button.main");
    if (button) { event.preventDefault(); button.click(); }
  }
});
if (sides.length) { sides[0].focus(); show(sides[0]); }
tell();
document.body.dataset.ready = "yes";
