// J and K go from hit to hit; Enter opens, as on any link.
import { typing } from "../../static/frame.js";

const links = [...document.querySelectorAll("[data-hits] h2 a")];
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!step || links.length === 0) return;
  event.preventDefault();
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
});
