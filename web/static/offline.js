// Says that the office cannot be reached, instead of the browser's own page. Keeps one page, and nothing of the office.
const PAGE = `/offline${location.search}`;

const opens = (request) => request.mode === "navigate" && request.method === "GET" && request.destination === "document";

addEventListener("install", (event) => {
  // What is sent while a page is left goes straight to the network, where a browser can be told so.
  event.addRoutes?.({ condition: { not: { requestMode: "navigate" } }, source: "network" })?.catch?.(() => {});
  event.waitUntil(caches.open(PAGE).then((kept) => kept.add(new Request(PAGE, { credentials: "omit" }))).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((all) => Promise.all(all.filter((name) => name !== PAGE).map((name) => caches.delete(name)))));
});

addEventListener("fetch", (event) => {
  if (opens(event.request)) event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
});
