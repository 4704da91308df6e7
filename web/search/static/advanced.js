// The form says at once which line it writes: the server, which knows the language, is asked while somebody types.
const form = document.querySelector("form[data-line]");
const shown = form.querySelector("[data-line-text]");
const trouble = form.querySelector("[data-line-trouble]");
let timer = 0;
let asking = null;

async function write() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(form.dataset.line, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: asking.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const said = await answer.json();
    shown.textContent = said.line;
    trouble.textContent = said.trouble;
  } catch (error) {
    // Given up for a later key, or the server is away: the form is sent all the same.
    if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
  }
}

form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(write, 150); });
document.getElementById("enterprise").setAttribute("list", "units");
