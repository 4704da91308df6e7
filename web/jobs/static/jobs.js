// The board is asked for every two seconds, less often while nothing changes or the server does not answer, never while it is hidden.
const FIRST_MS = 2000;
const LONGEST_MS = 15000;

function watch(box) {
  let wait = FIRST_MS;
  let mark = `"${box.dataset.mark}"`;
  async function ask() {
    // A form that is being used must not vanish under the hand.
    if (document.hidden || box.contains(document.activeElement)) return void setTimeout(ask, wait);
    try {
      const response = await fetch(box.dataset.board, { headers: { Accept: "text/html", "X-Background": "1", "If-None-Match": mark } });
      if (response.status === 401 || response.status === 403) return;
      if (response.status === 200) {
        const text = await response.text();
        if (!box.contains(document.activeElement)) {
          box.innerHTML = text;
          mark = response.headers.get("ETag");
        }
        wait = FIRST_MS;
      } else wait = Math.min(wait * 1.25, LONGEST_MS);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      wait = Math.min(wait * 2, LONGEST_MS);
    }
    setTimeout(ask, wait);
  }
  setTimeout(ask, FIRST_MS);
}

document.querySelectorAll("[data-board]").forEach(watch);
