// Says in the notices of a page what happened behind it.
export function say(text, kind = "done") {
  const box = document.querySelector(".notices");
  const line = document.createElement("p");
  line.className = `notice notice-${kind}`;
  line.textContent = text;
  box.replaceChildren(line);
}
