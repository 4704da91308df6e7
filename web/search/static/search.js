// J and K go from hit to hit, F to the facets; Enter opens, as on any link. Letters press what stands on the page.
import { typing } from "../../static/frame.js";

const hits = [...document.querySelectorAll("[data-hits] h2 a")];
const facets = [...document.querySelectorAll("[data-facets] a")];

function step(links, by) {
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

function nextSort() {
  const links = [...document.querySelectorAll("[data-sort]")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  links[(at + 1) % links.length]?.click();
}

const keys = {
  j: () => step(hits, 1), k: () => step(hits, -1), f: () => (facets.find((link) => link.matches("section + section a")) || facets[0])?.focus(), o: nextSort,
  n: () => document.querySelector("[rel=next]")?.click(), s: () => document.querySelector("[data-save]")?.click(),
  e: () => { const menu = document.querySelector("[data-export]"); if (menu) { menu.click(); menu.parentElement.querySelector(".menu-sheet a").focus(); } },
  a: () => document.querySelector("[data-advanced]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const links = event.target.closest("[data-facets]") ? facets : hits;
    if (!links.length) return;
    event.preventDefault();
    step(links, event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  const act = event.key.length === 1 && keys[event.key.toLowerCase()];
  if (act) { event.preventDefault(); act(); }
});

document.querySelectorAll(".hit-picture img").forEach((image) => {
  image.addEventListener("error", () => image.parentElement.classList.add("none"));
  if (image.complete && !image.naturalWidth && image.currentSrc) image.parentElement.classList.add("none");
});
