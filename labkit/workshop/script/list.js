// The accessible twin: the same view as an ordered list of actors and a table of ties.
let listing = 0;

// The list waits until the map is drawn: it is long, and further down.
function drawList() {
  clearTimeout(listing);
  listing = setTimeout(writeList, 60);
}

function writeList() {
  const net = network();
  const values = measure(net, state.size);
  const order = [...net.here].sort((x, y) => (state.session?.blind ? 0 : values[y] - values[x]) || byName(DATA.actors[x].name, DATA.actors[y].name));
  fill(byId("list-actors"), order.map((i) => actorItem(net, i, values[i])));
  const rows = [...net.rows].sort((x, y) => (x.tie.c < y.tie.c ? -1 : 1));
  fill(byId("list-ties"), rows.map((row) => tieRow(net, row)));
}

// After an answer only its own lines are another.
function rewrite(codes) {
  const net = network();
  const values = measure(net, state.size);
  for (const row of net.rows.filter(({ tie }) => codes.has(tie.c))) {
    byId(`row-${row.tie.c}`)?.replaceWith(tieRow(net, row));
    for (const i of [row.tie.a, row.tie.b]) byId(`item-${i}`)?.replaceWith(actorItem(net, i, values[i]));
  }
}

function actorItem(net, i, value) {
  const near = (net.near.get(i) ?? []).map(({ other, tie, n }) => DATA.actors[other].name + (hidden(tie) ? "" : ` (${n})`)).sort(byName);
  const shown = state.size === "betweenness" ? figure(value, 2) : value;
  const facts = `${said(DATA.sectors[net.sector[i]].label)}; ${say(`size_${state.size}`)}: ${shown}.`;
  return make("li", { id: `item-${i}` }, button(`list-actor-${i}`, DATA.actors[i].name, () => listPick(() => pickActor(i)), { class: "link" }), make("span", {}, ` ${facts} `), near.length ? say("ties_with", { names: near.join("; ") }) : say("nobody"));
}

function tieRow(net, row) {
  const { tie, n, seats } = row;
  const years = tie.e.filter((event) => net.inside[event]).map((event) => DATA.events[event].d.slice(0, 4)).filter(Boolean).sort();
  const when = !years.length ? "" : years[0] === years[years.length - 1] ? years[0] : say("first_last", { first: years[0], last: years[years.length - 1] });
  const mine = state.session?.judgements[tie.c];
  const answer = [mine && say(mine.answer), ...(hidden(tie) ? [] : saidBefore(tie))].filter(Boolean).join(" ");
  return make(
    "tr",
    { id: `row-${tie.c}` },
    make("th", { scope: "row" }, button(`list-tie-${tie.c}`, tie.c, () => listPick(() => pickTie(tie.c)), { class: "link" })),
    ...[DATA.actors[tie.a].name, DATA.actors[tie.b].name, seats || hidden(tie) ? often(row) : n, hidden(tie) ? "" : when, answer].map((value) => make("td", {}, value)),
  );
}

// From the list the answer stands in the panel: go there.
function listPick(act) {
  act();
  const panel = byId(`panel-${state.tab}`);
  panel.focus();
  panel.scrollIntoView({ block: "nearest" });
}
