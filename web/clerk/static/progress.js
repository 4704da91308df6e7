// Progress is asked for every two seconds while work goes on, and less often when nothing changes or the server does not answer.
const FIRST_MS = 2000;
const LONGEST_MS = 30000;

function show(box, answer) {
  box.querySelectorAll("[data-progress]").forEach((line) => {
    const done = answer[line.dataset.progress];
    line.querySelector("progress").max = Math.max(1, answer.received);
    line.querySelector("progress").value = done;
    line.querySelector("[data-done]").textContent = done;
    line.querySelector("[data-total]").textContent = answer.received;
  });
}

function watch(box) {
  let wait = FIRST_MS;
  let last = "";
  async function ask() {
    if (document.hidden) return void setTimeout(ask, wait);
    try {
      const response = await fetch(box.dataset.poll, { headers: { Accept: "application/json", "X-Background": "1" } });
      if (response.status === 401 || response.status === 404) return;
      if (response.ok) {
        const answer = await response.json();
        const text = JSON.stringify(answer);
        wait = text === last ? Math.min(wait * 1.5, LONGEST_MS) : FIRST_MS;
        last = text;
        show(box, answer);
        if (answer.finished) {
          if ("reload" in box.dataset) location.reload();
          return;
        }
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      wait = Math.min(wait * 2, LONGEST_MS);
    }
    setTimeout(ask, wait);
  }
  setTimeout(ask, FIRST_MS);
}

document.querySelectorAll("[data-poll]").forEach(watch);
