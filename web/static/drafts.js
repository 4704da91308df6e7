// What is being typed survives a session that ends or a form that is refused. It lies in this tab only and goes once it was taken.
const SENT = "sent-drafts";
const place = (field) => `draft:${location.pathname}:${field.form ? field.form.getAttribute("action") : ""}:${field.name}`;
const drafts = (form) => [...form.querySelectorAll("[data-draft]")];

// Called when a form appears: what was typed in it before is there again.
export function restore(form) {
  drafts(form).forEach((field) => {
    const kept = sessionStorage.getItem(place(field));
    if (kept !== null) field.value = kept;
  });
}

export function keepDrafts() {
  forgetTaken();
  document.querySelectorAll("form").forEach(restore);
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-draft]")) sessionStorage.setItem(place(event.target), event.target.value);
  });
  document.addEventListener("submit", (event) => {
    sessionStorage.setItem(SENT, JSON.stringify(drafts(event.target).map(place)));
  });
}

// The page after a form was sent: taken, unless it says an error or asks to sign in again.
function forgetTaken() {
  const sent = JSON.parse(sessionStorage.getItem(SENT) || "[]");
  sessionStorage.removeItem(SENT);
  if (document.body.classList.contains("door") || document.querySelector(".notice-error")) return;
  sent.forEach((key) => sessionStorage.removeItem(key));
}
