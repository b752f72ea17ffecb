// The map: shapes, lines and names in one SVG, whose layer is moved as a whole; drawn anew only when the network or the scale changes.
const stage = byId("stage");
const sheet = byId("sheet");
const svg = byId("map");
const over = byId("over");
const layers = Object.fromEntries(["ties", "answers", "actors", "names"].map((id) => [id, byId(id)]));
const scene = { width: 0, height: 0, k: 1, centres: [], radii: [], lines: [], missing: [], names: new Map(), shapes: new Map(), focus: -1 };

// Actors of the data, and behind them those that this seat has added.
const added = () => state.session?.actors ?? [];
const nameOf = (i) => (i < DATA.actors.length ? DATA.actors[i].name : added()[i - DATA.actors.length].name);
const idOf = (i) => (i < DATA.actors.length ? DATA.actors[i].id : added()[i - DATA.actors.length].id);

function sectorAt(net, i) {
  if (i < DATA.actors.length) return net.sector[i];
  const found = DATA.sectors.findIndex(({ id }) => id === added()[i - DATA.actors.length].sector);
  return found < 0 ? DATA.sectors.length - 1 : found;
}

function shareOf(i) {
  const moved = state.moved[idOf(i)];
  if (moved) return moved;
  if (i < DATA.actors.length) return [DATA.actors[i].x, DATA.actors[i].y];
  const n = i - DATA.actors.length;
  return [0.08 + 0.17 * (n % 6), 1.02 - 0.07 * Math.floor(n / 6)];
}

const margins = () => [Math.min(110, scene.width * 0.12), Math.min(52, scene.height * 0.09)];

function pixel([x, y], k = scene.k) {
  const [mx, my] = margins();
  return [(mx + x * (scene.width - 2 * mx)) * k, (my + y * (scene.height - 2 * my)) * k];
}

function shareAt(px, py, k = scene.k) {
  const [mx, my] = margins();
  return [(px / k - mx) / (scene.width - 2 * mx), (py / k - my) / (scene.height - 2 * my)];
}

const shownActors = (net) => [...net.here, ...added().map((_, n) => DATA.actors.length + n)];

// Shapes of the sectors, told apart without colour; r is half of what a circle of the same weight would take.
const OUTLINES = {
  public: (r) => `M${-r} ${-r}H${r}V${r}H${-r}Z`,
  third_sector: (r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`,
  profit: (r) => `M0 ${-1.2 * r}L${1.1 * r} ${0.9 * r}H${-1.1 * r}Z`,
  other: (r) => `M0 ${-1.25 * r}L${1.25 * r} 0L0 ${1.25 * r}L${-1.25 * r} 0Z`,
};
const outline = (sector, r) => (OUTLINES[DATA.sectors[sector].id] ?? OUTLINES.other)(Number(r.toFixed(1)));

function reckon(net) {
  const values = measure(net, state.size);
  const most = Math.max(...[...net.here].map((i) => values[i]), 1e-9);
  const dense = net.here.size > 120;
  const grown = Math.min(1.9, Math.sqrt(scene.k)) * (state.projector ? 1.25 : 1) * (scene.width < 600 ? 0.62 : 1);
  for (const i of shownActors(net)) {
    scene.centres[i] = pixel(shareOf(i));
    scene.radii[i] = (dense ? 4 : 7) * grown + (dense ? 8 : 11) * grown * Math.sqrt((values[i] ?? 0) / most);
  }
}

const fontSize = () => (state.projector ? 22 : scene.width < 600 ? 12 : 14) * Math.min(1.25, Math.sqrt(scene.k));

function sizeSheet() {
  const [w, h] = [scene.width * scene.k, scene.height * scene.k];
  svg.setAttribute("width", w);
  svg.setAttribute("height", h);
  svg.setAttribute("viewBox", `0 0 ${w} ${h}`);
}

function drawMap() {
  const net = network();
  sizeSheet();
  reckon(net);
  drawTies(net);
  drawActors(net);
  placeNames(net);
  drawAnswers(net);
  drawPicked();
}

function tieClass({ tie, seats }, voice = state.voice) {
  const [yes, no, , more] = answered(tie, STOPS[state.stop]);
  const denied = voice !== "documents" && no > yes + more;
  const onlySaid = voice !== "documents" && seats && !tie.e.length;
  return ["tie", tie.s < 0 && "against", denied && "denied", onlySaid && "said"].filter(Boolean).join(" ");
}

function tieWidth({ tie, n }, most) {
  if (state.session?.blind) return 1.8;
  return 0.7 + (5.5 * n) / Math.max(4, most) + (state.projector ? 0.8 : 0);
}

// The ties this seat has added, as lines of the same kind; their ends may be actors it has added.
function addedTies() {
  const index = new Map(shownActors(network()).map((i) => [idOf(i), i]));
  return (state.session?.missing ?? [])
    .filter((one) => one.kind === DATA.kinds[state.kind].id && index.has(one.a) && index.has(one.b))
    .map((one) => ({ a: index.get(one.a), b: index.get(one.b) }));
}

function drawTies(net) {
  const rows = [...net.rows].sort((x, y) => x.n - y.n);
  scene.lines = rows.map((row) => {
    const [[x1, y1], [x2, y2]] = [scene.centres[row.tie.a], scene.centres[row.tie.b]];
    const width = tieWidth(row, net.most).toFixed(2);
    const element = shape("line", { x1, y1, x2, y2, "stroke-width": width, class: tieClass(row), "data-code": row.tie.c });
    return { ...row, element };
  });
  scene.missing = addedTies().map((tie) => {
    const [[x1, y1], [x2, y2]] = [scene.centres[tie.a], scene.centres[tie.b]];
    return { tie, element: shape("line", { x1, y1, x2, y2, "stroke-width": 2.5, class: "tie missing" }) };
  });
  layers.ties.replaceChildren(...[...scene.lines, ...scene.missing].map(({ element }) => element));
}

function drawActors(net) {
  const shown = shownActors(net).sort((x, y) => byName(nameOf(x), nameOf(y)));
  if (!shown.includes(scene.focus)) scene.focus = shown[0] ?? -1;
  scene.shapes = new Map();
  const made = shown.map((i) => {
    const sector = sectorAt(net, i);
    const [x, y] = scene.centres[i];
    const element = shape("g", {
      class: `actor ${DATA.sectors[sector].id}${i < DATA.actors.length ? "" : " new"}`,
      transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
      tabindex: i === scene.focus ? 0 : -1,
      role: "button",
      "aria-pressed": "false",
      "aria-label": `${nameOf(i)}, ${said(DATA.sectors[sector].label)}`,
      "data-i": i,
      "data-id": idOf(i),
    });
    const title = shape("title", {});
    title.textContent = nameOf(i);
    element.append(title, shape("path", { d: outline(sector, scene.radii[i]) }));
    scene.shapes.set(i, element);
    return element;
  });
  const active = layers.actors.contains(document.activeElement);
  layers.actors.replaceChildren(...made);
  if (active) scene.shapes.get(scene.focus)?.focus({ preventScroll: true });
}

// The one actor that Tab leads to; arrows lead on from there.
function stopAt(i) {
  scene.shapes.get(scene.focus)?.setAttribute("tabindex", -1);
  scene.focus = i;
  scene.shapes.get(i).setAttribute("tabindex", 0);
}

function nameElement(i, place) {
  const { x, y, lines, line, far } = place;
  const size = fontSize();
  const text = shape("text", { class: "name", "data-i": i, "font-size": size.toFixed(1) });
  const top = y - (line * (lines.length - 1)) / 2 + size * 0.36;
  lines.forEach((one, n) => {
    const part = shape("tspan", { x: x.toFixed(1), y: (top + n * line).toFixed(1) });
    part.textContent = one;
    text.append(part);
  });
  if (!far) return [text];
  return [leadTo(i, place), text];
}

// A thin line from the edge of a shape to the edge of its name.
function leadTo(i, { x, y, lines, line }) {
  const [cx, cy] = scene.centres[i];
  const [dx, dy] = [x - cx, y - cy];
  const long = Math.hypot(dx, dy);
  const half = [Math.max(...lines.map((one) => widthOf(one, fontSize()))) / 2, (line * lines.length) / 2];
  const stop = 1 - Math.min(half[0] / Math.max(1, Math.abs(dx)), half[1] / Math.max(1, Math.abs(dy)));
  const start = scene.radii[i] / long;
  return shape("line", { class: "lead", "data-i": i, x1: cx + dx * start, y1: cy + dy * start, x2: cx + dx * stop, y2: cy + dy * stop });
}

const bounds = () => [2, 2, scene.width * scene.k - 2, scene.height * scene.k - 2];

function placeNames(net) {
  const values = measure(net, state.size);
  const order = shownActors(net).sort((x, y) => (values[y] ?? 0) - (values[x] ?? 0) || x - y);
  const rings = order.length > 60 || scene.width < 600 ? 3 : 24;
  scene.names = placed(order, (i) => scene.centres[i], (i) => scene.radii[i], nameOf, fontSize(), bounds(), rings);
  layers.names.replaceChildren(...[...scene.names].flatMap(([i, place]) => nameElement(i, place)));
}

// Names that found no place are written for the picked actor and its neighbours, where they cover no other name.
function nameNear(net, actors) {
  for (const one of layers.names.querySelectorAll(".extra")) one.remove();
  const lacking = actors.filter((i) => !scene.names.has(i));
  if (!lacking.length) return;
  const shown = new Taken();
  for (const { x, y, lines, line } of scene.names.values()) {
    const w = Math.max(...lines.map((one) => widthOf(one, fontSize()))) + 6;
    shown.add([x - w / 2, y - (line * lines.length) / 2, x + w / 2, y + (line * lines.length) / 2]);
  }
  for (const i of lacking) {
    const lines = folded(nameOf(i));
    const line = fontSize() * 1.16;
    const [w, h] = [Math.max(...lines.map((one) => widthOf(one, fontSize()))) + 6, line * lines.length + 2];
    const [cx, cy] = scene.centres[i];
    const place = freePlace([cx, cy], scene.radii[i], w, h, shown, bounds(), 10, fontSize() * 0.5) ?? (i === state.picked?.actor ? { x: cx, y: cy - scene.radii[i] - h / 2, far: false } : null);
    if (!place) continue;
    shown.add([place.x - w / 2, place.y - h / 2, place.x + w / 2, place.y + h / 2]);
    for (const element of nameElement(i, { ...place, lines, line })) {
      element.classList.add("extra");
      layers.names.append(element);
    }
  }
}

const MARKS = { confirmed: "✓", denied: "✗", unsure: "?" };

// The answers of this seat, at the middle of their lines.
function drawAnswers(net) {
  const given = state.session?.judgements ?? {};
  const marks = net.rows
    .filter(({ tie }) => given[tie.c])
    .map(({ tie }) => {
      const [[x1, y1], [x2, y2]] = [scene.centres[tie.a], scene.centres[tie.b]];
      const answer = given[tie.c].answer;
      const group = shape("g", { class: `answer ${answer}`, transform: `translate(${(x1 + x2) / 2} ${(y1 + y2) / 2})` });
      const text = shape("text", { y: 5 });
      text.textContent = MARKS[answer];
      group.append(shape("circle", { r: 9 }), text);
      return group;
    });
  layers.answers.replaceChildren(...marks);
}

// Who is picked, who is near, who is far.
function drawPicked() {
  const net = network();
  const tie = state.picked?.tie ? net.rows.find((row) => row.tie.c === state.picked.tie)?.tie : null;
  const actor = state.picked?.actor ?? -1;
  const near = new Set(tie ? [tie.a, tie.b] : (net.near.get(actor) ?? []).map(({ other }) => other));
  const any = Boolean(tie) || (actor >= 0 && net.here.has(actor));
  if (scene.shapes.has(actor)) stopAt(actor);
  for (const [i, element] of scene.shapes) {
    const picked = i === actor || (tie && (i === tie.a || i === tie.b));
    element.classList.toggle("picked", Boolean(picked));
    element.classList.toggle("far", any && !picked && !near.has(i));
    element.setAttribute("aria-pressed", String(i === actor));
  }
  for (const { tie: one, element } of scene.lines) {
    const touches = tie ? one.c === tie.c : one.a === actor || one.b === actor;
    element.classList.toggle("near", any && touches);
    element.classList.toggle("far", any && !touches);
  }
  for (const text of layers.names.children) {
    const i = Number(text.dataset.i);
    text.classList.toggle("far", any && i !== actor && !near.has(i));
  }
  nameNear(net, any ? [...(actor >= 0 ? [actor] : []), ...near] : []);
}

// --- the layer

function offset(place = state.place) {
  return [scene.width / 2 - place.x * scene.width * place.k, scene.height / 2 - place.y * scene.height * place.k];
}

// Move the layer to a place; while the scale is another than that drawn, it is stretched.
function moveSheet(place) {
  const [x, y] = offset(place);
  const stretch = place.k / scene.k;
  sheet.style.transform = `translate(${x}px, ${y}px)${stretch === 1 ? "" : ` scale(${stretch})`}`;
}

// Take the size that the stage has; whether it is another than before.
function sizeStage() {
  const [width, height] = [stage.clientWidth, stage.clientHeight];
  if (!width || (width === scene.width && height === scene.height)) return false;
  Object.assign(scene, { width, height });
  over.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return true;
}
