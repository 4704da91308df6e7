// Digests beside the page, so that it stays quick while thousands of files are read.
import { sha256 } from "./sha256.js";

self.addEventListener("message", async (event) => {
  const { id, buffer } = event.data;
  self.postMessage({ id, digest: await sha256(new Uint8Array(buffer)) });
});
