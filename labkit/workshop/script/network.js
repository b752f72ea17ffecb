// What a view holds: pure functions of the data and of the state.

// The sector of an actor in the years of a stop: the last stretch begun by then, else the first.
function sectorOf(actor, stop) {
  const begun = actor.s.filter(([since]) => !stop.to || !since || since <= `${stop.to}-12-31`);
  return (begun.length ? begun[begun.length - 1] : actor.s[0])[1];
}

const within = (value, least, most) => Math.max(least, Math.min(most, value));

const inYears = (day, stop) => !stop.from || within(Number(day.slice(0, 4)), stop.from, stop.to) === Number(day.slice(0, 4));

function eventsInside(view) {
  const stop = STOPS[view.stop];
  return DATA.events.map(
    (event) =>
      inYears(event.d, stop) &&
      (view.body < 0 || event.b.includes(view.body)) &&
      (view.initiative < 0 || event.i.includes(view.initiative)),
  );
}

// What seats said of a tie in workshops of the years of a stop: confirmed, denied, unsure, added.
function answered(tie, stop) {
  const found = [0, 0, 0, 0];
  for (const [year, ...counts] of tie.j) if (inYears(year, stop)) counts.forEach((n, at) => (found[at] += n));
  return found;
}

// How often a tie holds in a view: in documents, else by seats; 0 if it does not.
function counted(tie, inside, view) {
  const documents = view.voice === "participants" ? 0 : tie.e.reduce((sum, event) => sum + inside[event], 0);
  if (documents || view.voice === "documents") return { tie, n: documents, seats: false };
  const [yes, no, , more] = answered(tie, STOPS[view.stop]);
  return { tie, n: yes + more > no ? yes + more : 0, seats: true };
}

// How many meetings, lists or sections hold an actor: ties of one list are one event.
function eventsOf(actor, kind, inside) {
  return new Set((actor.e[kind] ?? []).filter((event) => inside[event]).map((event) => DATA.events[event].g)).size;
}

// The network of a view: its ties with their counts, its actors with their sector and their neighbours.
function seen(view) {
  const inside = eventsInside(view);
  const stop = STOPS[view.stop];
  const sector = DATA.actors.map((actor) => sectorOf(actor, stop));
  const shown = (i) => !view.off.includes(sector[i]);
  const rows = [];
  for (const tie of DATA.ties) {
    if (tie.k !== view.kind || !shown(tie.a) || !shown(tie.b)) continue;
    const row = counted(tie, inside, view);
    if (row.n && row.n >= view.least && (!view.sure || tie.q === 2)) rows.push(row);
  }
  const near = new Map();
  const join = (from, to, row) => near.get(from)?.push({ other: to, ...row }) ?? near.set(from, [{ other: to, ...row }]);
  for (const row of rows) {
    join(row.tie.a, row.tie.b, row);
    join(row.tie.b, row.tie.a, row);
  }
  const events = DATA.actors.map((actor) => eventsOf(actor, view.kind, inside));
  const here = new Set();
  DATA.actors.forEach((actor, i) => {
    if (shown(i) && (near.has(i) || (events[i] > 0 && view.voice !== "participants"))) here.add(i);
  });
  return { rows, near, here, sector, events, inside, most: rows.reduce((most, row) => Math.max(most, row.n), 0), sizes: new Map() };
}

// A measure of every actor of a network; counted once a network.
function measure(net, name) {
  if (!net.sizes.has(name)) {
    const near = (i) => net.near.get(i) ?? [];
    const values = {
      degree: () => DATA.actors.map((_, i) => near(i).length),
      strength: () => DATA.actors.map((_, i) => near(i).reduce((sum, one) => sum + one.n, 0)),
      events: () => net.events,
      betweenness: () => betweenness(net),
    };
    net.sizes.set(name, values[name]());
  }
  return net.sizes.get(name);
}

// The share of pairs of others whose shortest way leads through an actor (Brandes 2001, doi:10.1080/0022250X.2001.9990249).
function betweenness(net) {
  const found = new Array(DATA.actors.length).fill(0);
  for (const source of net.near.keys()) {
    const [order, paths, steps, before] = [[], new Map([[source, 1]]), new Map([[source, 0]]), new Map()];
    const queue = [source];
    for (let next = 0; next < queue.length; next++) {
      const v = queue[next];
      order.push(v);
      for (const { other } of net.near.get(v)) {
        if (!steps.has(other)) {
          steps.set(other, steps.get(v) + 1);
          queue.push(other);
        }
        if (steps.get(other) === steps.get(v) + 1) {
          paths.set(other, (paths.get(other) ?? 0) + paths.get(v));
          before.get(other)?.push(v) ?? before.set(other, [v]);
        }
      }
    }
    const owed = new Map();
    for (const w of order.reverse()) {
      for (const v of before.get(w) ?? [])
        owed.set(v, (owed.get(v) ?? 0) + (paths.get(v) / paths.get(w)) * (1 + (owed.get(w) ?? 0)));
      if (w !== source) found[w] += owed.get(w) ?? 0;
    }
  }
  const pairs = Math.max(1, (net.here.size - 1) * (net.here.size - 2));
  return found.map((value) => value / pairs);
}

// Ties within and between sectors, beside what would come if sector did not matter (Newman 2003).
function mixing(net) {
  const size = DATA.sectors.map((_, s) => [...net.here].filter((i) => net.sector[i] === s).length);
  const pairs = (net.here.size * (net.here.size - 1)) / 2;
  const rows = [];
  for (let a = 0; a < size.length; a++)
    for (let b = a; b < size.length; b++) {
      const possible = a === b ? (size[a] * (size[a] - 1)) / 2 : size[a] * size[b];
      const ties = net.rows.filter(({ tie }) => {
        const [s, t] = [net.sector[tie.a], net.sector[tie.b]];
        return (s === a && t === b) || (s === b && t === a);
      }).length;
      if (possible) rows.push({ a, b, ties, possible, expected: (net.rows.length * possible) / pairs });
    }
  return rows;
}

// Who stands between others, and how many pairs of different sectors, not tied to each other, each joins.
function bridges(net) {
  const between = measure(net, "betweenness");
  const tied = new Map([...net.near].map(([i, near]) => [i, new Set(near.map(({ other }) => other))]));
  const pairs = (i) => {
    const near = [...(tied.get(i) ?? [])];
    let found = 0;
    for (let x = 0; x < near.length; x++)
      for (let y = x + 1; y < near.length; y++)
        found += net.sector[near[x]] !== net.sector[near[y]] && !tied.get(near[x]).has(near[y]);
    return found;
  };
  return [...net.here]
    .filter((i) => between[i] > 0)
    .sort((x, y) => between[y] - between[x] || byName(DATA.actors[x].name, DATA.actors[y].name))
    .slice(0, 10)
    .map((i) => ({ i, between: between[i], pairs: pairs(i) }));
}
