// The front desk: fields go on by Enter, whole papers are ticked at once, a page is looked at without leaving the form.
import { typing } from "../../static/frame.js";

// Enter goes to the next field, as clerks expect and ID readers do; on the last it sends the form.
document.querySelectorAll("form[data-steps]").forEach((form) => {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.matches("textarea, button, a")) return;
    const fields = [...form.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter((field) => field.offsetParent);
    const next = fields[fields.indexOf(event.target) + 1];
    if (next) { event.preventDefault(); next.focus(); }
  });
  // For somebody else than the person, the name is somebody else's.
  const name = form.elements.asker_name;
  const own = name.defaultValue;
  form.querySelectorAll("[name=asker_kind]").forEach((kind) => kind.addEventListener("change", () => {
    if (kind.value !== "self" && name.value === own) name.value = "";
    if (kind.value === "self" && name.value === "") name.value = own;
  }));
});

const choose = document.querySelector("[data-choose]");
if (choose) {
  const count = choose.querySelector("[data-count]");
  const nothing = count.textContent;
  const go = choose.querySelector("[data-go]");
  const tell = () => {
    const pages = choose.querySelectorAll("[name=page]:checked").length;
    let papers = 0;
    choose.querySelectorAll("[data-all]").forEach((all) => {
      const leaves = [...all.closest("tr").querySelectorAll("[name=page]")];
      const ticked = leaves.filter((leaf) => leaf.checked).length;
      all.checked = ticked === leaves.length;
      all.indeterminate = ticked > 0 && ticked < leaves.length;
      if (ticked) papers += 1;
    });
    count.textContent = pages ? choose.dataset.words.replace("{m}", papers).replace("{n}", pages) : nothing;
    go.disabled = pages === 0;
  };
  choose.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      event.target.closest("tr").querySelectorAll("[name=page]").forEach((leaf) => { leaf.checked = event.target.checked; });
    }
    tell();
  });
  window.addEventListener("pageshow", tell);
  tell();

  const look = document.getElementById("look");
  choose.querySelectorAll("[data-look]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    look.querySelector("[data-look-title]").textContent = link.title;
    const image = look.querySelector("[data-look-image]");
    image.src = link.href;
    image.alt = link.title;
    look.showModal();
  }));
  look.querySelector("[data-close]").addEventListener("click", () => look.close());
}

// What takes longer than a moment says what is being done.
document.querySelectorAll("form[data-making]").forEach((form) => form.addEventListener("submit", () => {
  const box = document.createElement("dialog");
  const words = document.createElement("p");
  words.textContent = form.dataset.making;
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", form.dataset.making);
  box.className = "making";
  box.append(words, bar);
  document.body.append(box);
  box.showModal();
}));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const press = { n: ".head .button.main", p: "[data-go]" }[event.key.toLowerCase()];
  const target = press && document.querySelector(press);
  if (target && !target.disabled) { event.preventDefault(); target.click(); }
});
