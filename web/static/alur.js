// Keeps what is typed, and lets the keyboard do; every page works without it.
const words = document.getElementById("words")?.dataset;
const EVERY = 15_000;
const MOST_ON_LEAVING = 60_000;
const CARRIED = new Set(["csrf", "key", "mark", "kept", "do", "next", "version", "draft"]);

const make = (tag, given = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...children);
  return made;
};

// --- drafts: kept at the server while somebody types ---

const drafts = new Map();

class Draft {
  constructor(form) {
    this.form = form;
    this.state = make("p", { className: "saving", role: "status" });
    (form.querySelector(".finish > .buttons") ?? form).append(this.state);
  }

  changed() {
    this.dirty = true;
    this.timer ??= setTimeout(() => this.save(), EVERY);
  }

  // What was typed, without files and secrets.
  typed() {
    const secret = new Set([...this.form.elements].filter((one) => one.type === "password").map((one) => one.name));
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && !secret.has(name));
  }

  async save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.dirty || this.conflict) return;
    this.dirty = false;
    const fields = this.typed();
    const body = new URLSearchParams([...fields.filter(([name]) => name !== "do"), ["do", "autosave"]]);
    const keepalive = leaving && String(body).length < MOST_ON_LEAVING;
    this.request = new AbortController();
    const asked = { method: "POST", body, keepalive, redirect: "manual", signal: this.request.signal };
    let answer;
    try {
      answer = await fetch(this.form.getAttribute("action") || location.pathname, asked);
      if (answer.type === "opaqueredirect") return this.tell(words.ended, words.again);
      this.unsaved = false;
      if (!answer.ok && answer.status !== 409) throw new Error(answer.status);
      await this.kept(answer.ok, await answer.json(), fields);
    } catch (fault) {
      if (fault.name === "AbortError") return;
      this.unsaved = true;
      this.tell(words.offline);
      this.changed();
    }
  }

  async kept(done, told, fields) {
    if (!done && JSON.stringify(told.fields) === this.sent) done = "ours";
    for (const form of document.forms) if (form.elements.kept) form.elements.kept.value = told.kept;
    if (done === "ours") {
      this.dirty = true;
      return this.save();
    }
    if (!done) return this.ask(told);
    const secret = new Set(["csrf", "key", "mark", "kept", "do"]);
    this.sent = JSON.stringify(fields.filter(([name]) => !secret.has(name)));
    this.tell(told.said);
  }

  tell(said, again) {
    this.state.replaceChildren(said);
    if (again) this.state.append(" ", make("a", { href: location.pathname, textContent: again }));
  }

  // Another window kept another text of this form: both are shown, one is chosen.
  ask({ said, fields }) {
    this.conflict = true;
    const mine = this.typed();
    const of = (pairs, name) => pairs.filter(([one]) => one === name).map(([, value]) => value).join(", ");
    const rows = [...new Set([...mine, ...fields].map(([name]) => name))]
      .filter((name) => !CARRIED.has(name) && of(mine, name) !== of(fields, name))
      .map((name) => [this.label(name), of(mine, name), of(fields, name)]);
    const cells = (row, tag) => make("tr", {}, ...row.map((text) => make(tag, { textContent: text || words.empty })));
    const head = make("thead", {}, cells(["\u00a0", words.mine, words.theirs], "th"));
    const table = make("table", {}, head, make("tbody", {}, ...rows.map((row) => cells(row, "td"))));
    const choice = make("div", { className: "notice conflict", role: "alert", tabIndex: -1 },
      make("p", { textContent: said }), make("div", { className: "scroll" }, table));
    const choose = (text, act) => make("button", { type: "button", className: "secondary small", textContent: text, onclick: act });
    choice.append(make("p", { className: "buttons" },
      choose(words.keepMine, () => {
        choice.remove();
        this.conflict = false;
        this.dirty = true;
        this.save();
      }),
      choose(words.keepTheirs, () => {
        this.stop();
        location.assign(location.pathname);
      })));
    this.form.prepend(choice);
    choice.focus();
  }

  label(name) {
    const control = this.form.elements[name];
    const one = control instanceof RadioNodeList ? control[0] : control;
    const named = one?.type === "radio" || one?.type === "checkbox" ? one.closest("fieldset")?.querySelector("legend") : one?.labels?.[0];
    return named?.textContent.trim() ?? name;
  }

  // Something is done with the form: what is under way must not come after it.
  stop() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.dirty = false;
  }
}

if (words) navigator.serviceWorker?.register(words.worker).catch(() => {});
if ("offline" in document.body.dataset) {
  // A network that is back may not reach the server yet.
  const again = () => fetch("/offline", { method: "HEAD" }).then(() => location.reload(), () => {});
  addEventListener("online", again);
  setInterval(again, 5_000);
}

const leave = () => {
  for (const draft of drafts.values()) draft.save({ leaving: true });
};

if (words) {
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (!form?.elements.mark || target.type === "password" || target.type === "file") return;
    if (!drafts.has(form)) drafts.set(form, new Draft(form));
    drafts.get(form).changed();
  });
  document.addEventListener("submit", ({ target }) => {
    if (target.id === "kept") drafts.forEach((draft) => draft.stop());
    drafts.get(target)?.stop();
  });
  // What could not be saved yet would go with the page.
  addEventListener("beforeunload", (event) => {
    if ([...drafts.values()].some((draft) => draft.dirty && (draft.unsaved || !navigator.onLine))) event.preventDefault();
  });
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
}

// --- keys: never while somebody types ---

const links = () => [...document.querySelectorAll(".cards > .card :is(h2, h3) a")];
const move = (by) => {
  const all = links();
  const at = all.indexOf(document.activeElement);
  all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
};
const to = (key) => document.querySelector(`[data-key="${key}"]:not([disabled])`);
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  c: () => to("c")?.click(),
  f: () => document.querySelector("#work :is(input, select, textarea):not([type=hidden], [disabled])")?.focus(),
  e: () => to("e")?.focus(),
  r: () => to("r")?.focus(),
  "/": () => document.querySelector("input[type=search]")?.focus(),
  "?": () => document.getElementById("keys").showModal(),
};
document.querySelector("#keys button")?.addEventListener("click", () => document.getElementById("keys").close());
let before = "";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog");
  if (!words || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = before === "g" && event.key === "i" ? () => location.assign("/inbox") : KEYS[event.key];
  before = event.key;
  if (!act) return;
  event.preventDefault();
  act();
});
