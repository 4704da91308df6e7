// What is being typed survives a session that ends or a page that is left; it lies in this tab only and goes when it is sent.
const place = (field) => `draft:${location.pathname}:${field.form ? field.form.getAttribute("action") : ""}:${field.name}`;

export function keepDrafts() {
  document.querySelectorAll("[data-draft]").forEach((field) => {
    const kept = sessionStorage.getItem(place(field));
    if (kept !== null && kept !== field.value) field.value = kept;
    field.addEventListener("input", () => sessionStorage.setItem(place(field), field.value));
  });
}

export function dropDrafts(form) {
  form.querySelectorAll("[data-draft]").forEach((field) => sessionStorage.removeItem(place(field)));
}
