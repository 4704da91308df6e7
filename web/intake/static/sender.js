// Sends files in parts, several small ones in one request, a few requests at once; waits where the network is gone.
import { sha256 } from "./sha256.js";

const AT_ONCE = 3;
const MOST_PARTS = 64;
const MOST_TRIES = 3;
const LONGEST_S = 30;
const text = new TextEncoder();

// Digests are made beside the page where the browser can; where it cannot, here.
function digester(address) {
  const waiting = new Map();
  let worker = null;
  let next = 0;
  try {
    worker = new Worker(address, { type: "module" });
    worker.addEventListener("message", (event) => {
      waiting.get(event.data.id)(event.data.digest);
      waiting.delete(event.data.id);
    });
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
  }
  return (buffer) => {
    if (!worker) return sha256(new Uint8Array(buffer));
    next += 1;
    return new Promise((resolve) => {
      waiting.set(next, resolve);
      worker.postMessage({ id: next, buffer }, [buffer]);
    });
  };
}

export function sender({ address, csrf, partBytes, told }) {
  const digest = digester(new URL("./digest_worker.js", import.meta.url));
  const queue = [];
  let running = 0;
  let stopped = false;

  async function post(path, body, type) {
    // The network is tried until it is back: nothing that was sent is lost by asking again.
    for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_S)) {
      let response = null;
      try {
        response = await fetch(address + path, { method: "POST", body, headers: { "Content-Type": type, Accept: "application/json", "X-CSRFToken": csrf } });
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      if (response && response.ok) return (await response.json()).files;
      if (response && response.status === 401) throw new Error("ended");
      if (response && response.status >= 400 && response.status < 500) {
        const answer = await response.json().catch(() => null);
        throw Object.assign(new Error("refused"), { answer: answer && answer.error });
      }
      told.offline(wait);
      await new Promise((resolve) => { setTimeout(resolve, wait * 1000); });
    }
  }

  async function readParts(file, upTo) {
    // The digests of what is there already are made again, so that a file that changed meanwhile shows at its end.
    for (let at = file.digests.length * partBytes; at < upTo; at += partBytes) {
      file.digests.push(await digest(await file.file.slice(at, at + partBytes).arrayBuffer()));
    }
  }

  async function prepared(file) {
    await readParts(file, file.got);
    // The very bytes that the digest is of are sent: a file may change, or go, while it is read.
    const piece = await file.file.slice(file.got, file.got + partBytes).arrayBuffer();
    const own = await digest(piece.slice(0));
    const digests = [...file.digests.slice(0, file.got / partBytes), own];
    const last = file.got + piece.byteLength === file.file.size;
    const tree = last ? await digest(text.encode(file.file.size ? digests.join("") : "").buffer) : "";
    return { file, piece, head: { id: file.id, offset: file.got, size: piece.byteLength, sha256: own, tree } };
  }

  function take() {
    const some = [];
    let bytes = 0;
    while (queue.length && some.length < MOST_PARTS) {
      const size = Math.min(partBytes, queue[0].file.size - queue[0].got);
      if (some.length && bytes + size > partBytes) break;
      bytes += size;
      some.push(queue.shift());
    }
    return some;
  }

  async function bundle(some) {
    const ready = [];
    for (const file of some) {
      try {
        ready.push(await prepared(file));
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        told.failed(file, "unreadable");
      }
    }
    if (!ready.length) return;
    const head = text.encode(JSON.stringify(ready.map((each) => each.head)));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, head.length);
    const body = new Blob([length, head, ...ready.map((each) => each.piece)]);
    const answers = await post("/parts", body, "application/octet-stream");
    answers.forEach((answer, index) => { settle(ready[index], answer); });
  }

  function settle(each, answer) {
    const { file } = each;
    const before = file.got;
    file.got = answer.got;
    if (answer.state !== "waiting" && answer.state !== "damaged") { told.arrived(file); return; }
    if (answer.got > before) { file.digests[before / partBytes] = each.head.sha256; file.tries = 0; } else { file.tries += 1; file.digests = []; }
    if (file.tries >= MOST_TRIES) told.failed(file, "damaged");
    else queue.unshift(file);
  }

  async function run() {
    running += 1;
    let some = [];
    try {
      for (some = take(); some.length && !stopped; some = take()) {
        await bundle(some);
        told.progress(queue.length);
      }
    } catch (error) {
      if (error.message !== "ended" && error.message !== "refused" && !(error instanceof DOMException)) throw error;
      stopped = true;
      queue.unshift(...some);
      told.stopped(error);
    } finally {
      running -= 1;
      if (!running && !stopped && !queue.length) told.finished();
    }
  }

  return {
    announce: (files) => post("/announce", JSON.stringify({ files }), "application/json"),
    add(file) { queue.push(Object.assign(file, { digests: [], tries: 0 })); },
    start() {
      stopped = false;
      for (let count = running; count < AT_ONCE; count += 1) run();
    },
    get busy() { return running > 0; },
  };
}
