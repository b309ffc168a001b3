// Draws an SOP again while its author types; the page works without it.
const form = document.getElementById("sheet");
const map = document.getElementById("map");
const said = document.getElementById("said");
let asked;

const shown = ({ map: drawn, cells, said: words }) => {
  if (drawn && map) map.innerHTML = drawn;
  if (said) said.textContent = words;
  for (const old of form.querySelectorAll("small.cell-fault")) old.remove();
  for (const [name, faults] of Object.entries(cells)) {
    const cell = form.querySelector(`[data-cell="${CSS.escape(name)}"]`);
    for (const fault of cell ? faults : []) {
      cell.append(Object.assign(document.createElement("small"), { className: "fault cell-fault", textContent: fault }));
    }
  }
};

const preview = async () => {
  asked?.abort();
  asked = new AbortController();
  const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "do"));
  body.set("do", "preview");
  try {
    const answer = await fetch(location.pathname, { method: "POST", body, redirect: "manual", signal: asked.signal });
    if (answer.ok) shown(await answer.json());
  } catch (fault) {
    if (fault.name !== "AbortError") throw fault;
  }
};

form?.addEventListener("change", preview);
