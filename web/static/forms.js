// What a form does while it is filled in: sums, pasted rows, files on their way. Every form works without.
const words = document.getElementById("words")?.dataset;
const work = document.getElementById("work");
const SOON = 500;

const make = (tag, given = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...children);
  return made;
};

// --- given cells: the server works them out, and they are taken from its answer ---

const typed = () => {
  const secret = new Set([...work.elements].filter((one) => one.type === "password").map((one) => one.name));
  return [...new FormData(work)].filter(([name, value]) => typeof value === "string" && name !== "do" && !secret.has(name));
};
let timer;
let asked;

const compute = async () => {
  asked?.abort();
  asked = new AbortController();
  const body = new URLSearchParams([...typed(), ["do", "compute"]]);
  try {
    const answer = await fetch(work.action, { method: "POST", body, redirect: "manual", signal: asked.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = new Map([...page.querySelectorAll("[data-given]")].map((one) => [one.dataset.given, one]));
    for (const one of work.querySelectorAll("[data-given]")) {
      const now = found.get(one.dataset.given);
      if (now && now.innerHTML !== one.innerHTML) one.replaceWith(now);
    }
  } catch {
    // Away or overtaken: what is given is worked out again when the form is sent.
  }
};

if (words && work?.querySelector("fieldset:not([disabled]) [data-given]")) {
  work.addEventListener("input", ({ target }) => {
    if (target.type === "file" || target.type === "password") return;
    clearTimeout(timer);
    timer = setTimeout(compute, SOON);
  });
}

// --- rows of a spreadsheet, pasted into a cell of a table ---

document.addEventListener("paste", (event) => {
  const table = event.target.closest?.("fieldset.table");
  const box = table?.querySelector(":scope > .paste textarea");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!box || event.target === box || event.target.tagName === "TEXTAREA" || !/\t|\n./.test(text.trimEnd())) return;
  const at = box.dataset.columns.split(" ").indexOf(event.target.name.split(".").pop());
  event.preventDefault();
  box.value = text.trimEnd().split(/\r?\n/).map((line) => "\t".repeat(Math.max(at, 0)) + line).join("\n");
  box.closest("details").querySelector("button").click();
});

// --- files: sent when they are chosen, with how far they are ---

const send = (file, form, told) => new Promise((done, fail) => {
  const body = new FormData();
  body.append("csrf", form.elements.csrf.value);
  body.append("file", file);
  const request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded, total }) => told(loaded / total);
  request.onload = () => {
    try {
      const answer = JSON.parse(request.responseText);
      if (answer.id) done(answer);
      else fail(answer.said);
    } catch {
      fail();
    }
  };
  request.onerror = () => fail();
  request.open("POST", "/files");
  request.send(body);
});

const hidden = (name, value) => make("input", { type: "hidden", name, value });

// A file that has arrived, as the server would draw it.
const arrived = (name, { id, name: called }, kind) => {
  const field = kind === undefined ? name : `${name}.file`;
  const line = make("p", { className: "kept" }, make("a", { href: `/files/${id}`, textContent: called }), hidden(field, id));
  if (kind) line.append(hidden(`${name}.kind`, kind), make("small", { textContent: ` (${kind})` }));
  const off = make("input", { type: "checkbox", name: `${name}.remove`, value: "1" });
  line.append(" ", make("label", { className: "inline" }, off, words.remove));
  return line;
};

const next = (list, form) => {
  const numbers = [...form.elements].filter((one) => one.name?.startsWith(`${list}.`)).map((one) => Number(one.name.slice(list.length + 1).split(".")[0]));
  return Math.max(0, ...numbers.filter(Number.isInteger)) + 1;
};

document.addEventListener("change", async ({ target }) => {
  if (!words || target.type !== "file" || !target.name?.endsWith(".upload") || !target.form) return;
  const form = target.form;
  const control = target.name.slice(0, -".upload".length);
  const several = target.multiple;
  const left = new DataTransfer(); // what goes along with the form after all
  for (const file of [...target.files]) {
    const bar = make("progress", { max: 1, value: 0 });
    const state = make("p", { className: "sending" }, `${file.name}: `, make("span", { role: "status", textContent: words.sending }), " ", bar);
    target.before(state);
    try {
      const answer = await send(file, form, (part) => { bar.value = part; });
      const list = control.slice(0, control.lastIndexOf("."));
      const place = several ? `${list}.${next(list, form)}` : control;
      const kind = several ? form.elements[`${control}.kind`]?.value ?? "" : undefined;
      if (!several) form.elements[control]?.closest?.(".kept")?.remove();
      state.replaceWith(arrived(place, answer, kind));
      work?.elements.mark?.dispatchEvent(new Event("input", { bubbles: true }));
    } catch (said) {
      state.replaceChildren(make("small", { className: "fault", textContent: said || words.unsent, role: "alert" }));
      if (!said) left.items.add(file);
    }
  }
  target.files = left.files;
});
