// A material's page count shows its pages on the right; a damaged thumbnail says so in a word.
document.querySelectorAll("[data-show]").forEach((link) => link.addEventListener("click", (event) => {
  event.preventDefault();
  const title = document.getElementById(`m${link.dataset.show}`);
  title.scrollIntoView({ block: "start" });
  document.querySelectorAll(".thumb.lit").forEach((thumb) => thumb.classList.remove("lit"));
  document.querySelectorAll(`.thumb[data-material="${link.dataset.show}"]`).forEach((thumb) => thumb.classList.add("lit"));
}));
document.querySelectorAll(".thumb img").forEach((image) => image.addEventListener("error", () => image.remove()));
