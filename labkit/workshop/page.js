"use strict";
(() => {
  const { actors, layers, words } = JSON.parse(document.getElementById("data").textContent);
  const byId = new Map(actors.map((actor) => [actor.id, actor]));
  const shapes = new Map([...document.querySelectorAll(".actor")].map((shape) => [shape.dataset.id, shape]));
  const tieGroup = document.getElementById("ties");
  const panel = document.getElementById("panel");
  const rows = document.getElementById("rows");
  const select = document.getElementById("layer");
  const search = document.getElementById("search");
  const emptyPanel = [...panel.childNodes].map((node) => node.cloneNode(true));
  let layer = layers[0];
  let picked = null;

  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  const neighbours = (id) =>
    layer.ties
      .filter((tie) => tie.a === id || tie.b === id)
      .map((tie) => ({ tie, other: byId.get(tie.a === id ? tie.b : tie.a) }))
      .sort((x, y) => y.tie.n - x.tie.n || x.other.name.localeCompare(y.other.name));

  const times = (n) => (n === 1 ? words.once : words.times.replace("{n}", n));

  function drawTies() {
    tieGroup.replaceChildren();
    const most = Math.max(4, ...layer.ties.map((tie) => tie.n));
    for (const tie of [...layer.ties].sort((x, y) => x.n - y.n)) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
      const [a, b] = [byId.get(tie.a), byId.get(tie.b)];
      for (const [name, value] of [["x1", a.x], ["y1", a.y], ["x2", b.x], ["y2", b.y]]) line.setAttribute(name, value);
      line.setAttribute("stroke-width", (0.7 + (6 * tie.n) / most).toFixed(2));
      line.setAttribute("class", tie.sign < 0 ? "tie against" : "tie");
      line.dataset.a = tie.a;
      line.dataset.b = tie.b;
      tieGroup.append(line);
    }
  }

  function drawRows() {
    rows.replaceChildren();
    const listed = actors.filter((actor) => layer.here.includes(actor.id));
    for (const actor of listed.sort((x, y) => x.name.localeCompare(y.name))) {
      const row = make("tr");
      const cell = make("td", undefined, { "data-name": actor.name });
      const button = make("button", actor.name, { type: "button" });
      button.addEventListener("click", () => pick(actor.id, true));
      cell.append(button);
      const ties = neighbours(actor.id).map(({ tie, other }) => `${other.name} (${tie.n})`);
      row.append(cell, make("td", actor.sector_label), make("td", ties.join("; ") || words.nobody));
      rows.append(row);
    }
  }

  function mark() {
    const near = new Set(picked ? neighbours(picked).map(({ other }) => other.id) : []);
    for (const [id, shape] of shapes) {
      const here = layer.here.includes(id);
      shape.classList.toggle("away", !here);
      shape.classList.toggle("picked", id === picked);
      shape.classList.toggle("far", here && Boolean(picked) && id !== picked && !near.has(id));
      shape.setAttribute("aria-pressed", String(id === picked));
    }
    for (const line of tieGroup.children) {
      const touches = line.dataset.a === picked || line.dataset.b === picked;
      line.classList.toggle("near", Boolean(picked) && touches);
      line.classList.toggle("far", Boolean(picked) && !touches);
    }
  }

  function showPanel() {
    if (!picked) {
      panel.replaceChildren(...emptyPanel.map((node) => node.cloneNode(true)));
      return;
    }
    const actor = byId.get(picked);
    const found = neighbours(picked);
    const list = make("ul");
    for (const { tie, other } of found) {
      const details = make("details");
      const summary = make("summary", other.name);
      summary.append(make("span", times(tie.n), { class: "times" }));
      const evidence = make("ol");
      for (const id of tie.evidence) evidence.append(make("li", layer.evidence[id]));
      details.append(summary, evidence);
      const item = make("li");
      item.append(details);
      list.append(item);
    }
    const said = found.length ? words.tied.replace("{n}", found.length) : words.nobody;
    panel.replaceChildren(make("h2", actor.name), make("p", `${actor.sector_label}. ${said}`), list);
  }

  function pick(id, focus = false) {
    picked = picked === id && !focus ? null : id;
    mark();
    showPanel();
    if (focus && picked) panel.focus();
  }

  function show(next) {
    layer = next;
    document.getElementById("means").textContent = layer.means;
    drawTies();
    drawRows();
    mark();
    showPanel();
  }

  for (const [id, shape] of shapes) {
    shape.addEventListener("click", () => pick(id));
    shape.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        pick(id);
      }
    });
  }
  select.addEventListener("change", () => show(layers[select.selectedIndex]));
  search.addEventListener("change", () => {
    const wanted = search.value.trim().toLowerCase();
    const found = wanted && actors.find((actor) => actor.name.toLowerCase().includes(wanted));
    if (found) pick(found.id, true);
  });
  document.getElementById("clear").addEventListener("click", () => {
    search.value = "";
    if (picked) pick(picked);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && picked) pick(picked);
  });
  show(layer);
})();
