// What a view holds: pure functions of the data and of the state.

// The sector of an actor in the years of a stop: the last stretch begun by then, else the first.
function sectorOf(actor, stop) {
  const begun = actor.s.filter(([since]) => !stop.to || !since || since <= `${stop.to}-12-31`);
  return (begun.length ? begun[begun.length - 1] : actor.s[0])[1];
}

const agreed = (tie) => tie.j[0] + tie.j[3] > tie.j[1];

function eventsInside(state) {
  const stop = STOPS[state.stop];
  return DATA.events.map((event) => {
    const year = Number(event.d.slice(0, 4));
    return (
      (!stop.from || (year >= stop.from && year <= stop.to)) &&
      (state.body < 0 || event.b === state.body) &&
      (state.initiative < 0 || event.i.includes(state.initiative))
    );
  });
}

// How often a tie holds in a view, or 0 if it does not.
function counted(tie, inside, state) {
  const documents = tie.e.reduce((sum, event) => sum + inside[event], 0);
  if (state.voice === "documents") return documents;
  const seats = agreed(tie) ? tie.j[0] + tie.j[3] : 0;
  if (state.voice === "participants") return seats;
  return documents || (state.stop === 0 || !tie.e.length ? seats : 0);
}

// The network of a view: its ties with their counts, its actors with their sector and their neighbours.
function seen(state) {
  const inside = eventsInside(state);
  const stop = STOPS[state.stop];
  const sector = DATA.actors.map((actor) => sectorOf(actor, stop));
  const shown = (i) => !state.off.includes(sector[i]);
  const rows = [];
  for (const tie of DATA.ties) {
    if (tie.k !== state.kind || !shown(tie.a) || !shown(tie.b)) continue;
    const n = counted(tie, inside, state);
    if (n < state.least || !n || (state.sure && tie.q < 2)) continue;
    rows.push({ tie, n });
  }
  const near = new Map();
  const join = (from, to, row) => near.get(from)?.push({ other: to, ...row }) ?? near.set(from, [{ other: to, ...row }]);
  for (const row of rows) {
    join(row.tie.a, row.tie.b, row);
    join(row.tie.b, row.tie.a, row);
  }
  const events = DATA.actors.map((actor) => (actor.e[state.kind] ?? []).reduce((sum, event) => sum + inside[event], 0));
  const here = new Set();
  DATA.actors.forEach((actor, i) => {
    if (shown(i) && (near.has(i) || (events[i] > 0 && state.voice !== "participants"))) here.add(i);
  });
  return { rows, near, here, sector, events, inside, most: rows.reduce((most, row) => Math.max(most, row.n), 0), sizes: new Map() };
}

// A measure of every actor of a network; counted once a network.
function measure(net, name) {
  if (!net.sizes.has(name)) {
    const values = DATA.actors.map((actor, i) => {
      const near = net.near.get(i) ?? [];
      return name === "degree" ? near.length : name === "strength" ? near.reduce((sum, one) => sum + one.n, 0) : net.events[i];
    });
    net.sizes.set(name, name === "betweenness" ? betweenness(net) : values);
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
