// Hands on the map: mouse, fingers, wheel and keys. While something moves only layers move; the map is drawn anew when it rests.
const hands = new Map();
let moving = null; // {what: "maybe" | "sheet" | "actor" | "pinch", ...}
let resting = 0;
const CLOSEST = 8;

// A point of the window as a point of the drawn layer.
function onSheet(clientX, clientY) {
  const box = stage.getBoundingClientRect();
  const [x, y] = offset();
  return [(clientX - box.left - x) * (scene.k / state.place.k), (clientY - box.top - y) * (scene.k / state.place.k)];
}

// The actor or tie at a point, the nearest within reach: fingers reach further.
function hit(clientX, clientY, coarse) {
  const [px, py] = onSheet(clientX, clientY);
  if (state.show === "matrix") {
    const tie = squareAt(px, py);
    return tie ? { tie } : null;
  }
  const reach = coarse ? 22 : 6;
  let best = null;
  for (const i of scene.shapes.keys()) {
    const [x, y] = scene.centres[i];
    const gap = Math.hypot(px - x, py - y) - scene.radii[i];
    if (gap <= reach && (!best || gap < best.gap)) best = { actor: i, gap };
  }
  if (best && best.gap <= 4) return best;
  for (const [i, { x, y, lines, line }] of scene.names) {
    const half = Math.max(...lines.map((one) => widthOf(one, fontSize()))) / 2;
    if (Math.abs(px - x) <= half && Math.abs(py - y) <= (line * lines.length) / 2 && scene.shapes.has(i)) return { actor: i };
  }
  if (best) return best;
  for (const { tie } of scene.lines) {
    const gap = gapToLine(px, py, scene.centres[tie.a], scene.centres[tie.b]);
    if (gap <= (coarse ? 18 : 7) && (!best || gap < best.gap)) best = { tie, gap };
  }
  return best;
}

function gapToLine(px, py, [x1, y1], [x2, y2]) {
  const long = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const along = long ? within(((px - x1) * (x2 - x1) + (py - y1) * (y2 - y1)) / long, 0, 1) : 0;
  return Math.hypot(px - x1 - along * (x2 - x1), py - y1 - along * (y2 - y1));
}

function pickHit(found) {
  if (!found) change({ picked: null });
  else if (found.tie) pickTie(found.tie.c);
  else pickActor(found.actor === state.picked?.actor ? -1 : found.actor);
}

function pickActor(i, more = {}) {
  if (i >= DATA.actors.length) return;
  change({ ...more, picked: i < 0 ? null : { actor: i }, tab: "pick" });
}

function pickTie(code, more = {}) {
  change({ ...more, picked: { tie: code }, tab: state.session ? "session" : "pick" });
}

// Where the panel stands under the map, a finger that picked something is shown what it picked.
function lookAtPanel() {
  const panel = byId(`panel-${state.tab}`);
  const stacked = panel.getBoundingClientRect().top > stage.getBoundingClientRect().bottom - 4;
  if (state.picked && stacked) (panel.querySelector(".judging") ?? byId("tabs")).scrollIntoView({ block: "start" });
}

// Bring a point of the drawn layer into sight.
function bringIn([px, py]) {
  const [x, y] = offset();
  const k = state.place.k / scene.k;
  const [sx, sy] = [px * k + x, py * k + y];
  if (sx < 20 || sy < 20 || sx > scene.width - 20 || sy > scene.height - 20)
    goTo(settle({ k: state.place.k, x: px / (scene.width * scene.k), y: py / (scene.height * scene.k) }));
}

function bringInPicked() {
  if (state.show !== "map" || !state.picked) return;
  const tie = TIES.get(state.picked.tie);
  const ends = (tie ? [tie.a, tie.b] : [state.picked.actor]).map((i) => scene.centres[i]).filter(Boolean);
  if (ends.length) bringIn([0, 1].map((axis) => ends.reduce((sum, end) => sum + end[axis], 0) / ends.length));
}

// --- places

function placeAround(place, k, clientX, clientY) {
  const box = stage.getBoundingClientRect();
  const closer = within(k, 0.5, CLOSEST);
  const [x, y] = offset(place);
  const [px, py] = [clientX - box.left, clientY - box.top];
  // What stands under the hand stays under it.
  const [sx, sy] = [(px - x) / place.k, (py - y) / place.k];
  return settle({ k: closer, x: (scene.width / 2 - px + sx * closer) / (scene.width * closer), y: (scene.height / 2 - py + sy * closer) / (scene.height * closer) });
}

const settle = ({ k, x, y }) => ({ k, x: within(x, 0, 1), y: within(y, 0, 1) });

function goTo(place) {
  change({ place }, "place");
}

function zoom(times) {
  goTo(settle({ ...state.place, k: within(state.place.k * times, 0.5, CLOSEST) }));
}

// The scale is drawn anew a moment after the last turn of the wheel.
function drawAtRest() {
  clearTimeout(resting);
  resting = setTimeout(() => {
    if (moving || scene.k === state.place.k) return;
    drawScene();
  }, 140);
}

// --- dragging an actor: it and its lines go to a layer of their own, so that nothing else is drawn

function lift(i) {
  const net = network();
  const lines = [...scene.lines, ...scene.missing].filter(({ tie }) => tie.a === i || tie.b === i);
  const element = scene.shapes.get(i);
  const k = scene.k / state.place.k;
  const [ox, oy] = offset();
  const toStage = ([x, y]) => [x / k + ox, y / k + oy];
  const drawn = lines.map(({ tie, element: line }) => {
    const far = toStage(scene.centres[tie.a === i ? tie.b : tie.a]);
    const copy = shape("line", { class: `${line.getAttribute("class")} near`, "stroke-width": line.getAttribute("stroke-width"), x1: far[0], y1: far[1] });
    line.classList.add("lifted");
    return copy;
  });
  const body = shape("g", { class: element.getAttribute("class") });
  const name = shape("text", { class: "name", "font-size": fontSize(), y: -scene.radii[i] - 8 });
  name.textContent = nameOf(i);
  body.append(shape("path", { d: outline(sectorAt(net, i), scene.radii[i]) }), name);
  element.classList.add("lifted");
  for (const one of layers.names.querySelectorAll(`[data-i="${i}"]`)) one.classList.add("lifted");
  over.replaceChildren(...drawn, body);
  return { drawn, body };
}

function carry({ drawn, body }, x, y) {
  for (const line of drawn) {
    line.setAttribute("x2", x);
    line.setAttribute("y2", y);
  }
  body.setAttribute("transform", `translate(${x} ${y})`);
}

// --- events

let asked = 0; // one movement a frame, however many events come
function eachFrame(act) {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(act);
}

stage.addEventListener("pointerdown", (event) => {
  if (state.show === "compare" || event.target.closest("button") || (event.pointerType === "mouse" && event.button)) return;
  hands.set(event.pointerId, [event.clientX, event.clientY]);
  if (hands.size === 1) {
    const found = hit(event.clientX, event.clientY, event.pointerType !== "mouse");
    moving = { what: "maybe", found, from: [event.clientX, event.clientY], place: state.place };
  } else if (hands.size === 2) {
    if (moving?.what === "actor") drop(moving);
    else if (moving?.now) goTo(moving.now);
    const [a, b] = [...hands.values()];
    moving = { what: "pinch", place: state.place, gap: Math.hypot(a[0] - b[0], a[1] - b[1]), middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
  }
});

addEventListener("pointermove", (event) => {
  if (!moving || !hands.has(event.pointerId)) return;
  hands.set(event.pointerId, [event.clientX, event.clientY]);
  const [dx, dy] = moving.from ? [event.clientX - moving.from[0], event.clientY - moving.from[1]] : [0, 0];
  if (moving.what === "maybe" && Math.hypot(dx, dy) > 6) {
    const actor = state.show === "map" ? moving.found?.actor : undefined;
    Object.assign(moving, actor === undefined ? { what: "sheet" } : { what: "actor", actor, lifted: lift(actor) });
    stage.classList.add("moving");
  }
  eachFrame(() => step());
});

function step() {
  if (!moving) return;
  const [x, y] = [...hands.values()][0] ?? moving.from;
  if (moving.what === "sheet") {
    const { k } = moving.place;
    moving.now = settle({ k, x: moving.place.x - (x - moving.from[0]) / (scene.width * k), y: moving.place.y - (y - moving.from[1]) / (scene.height * k) });
    moveSheet(moving.now);
  } else if (moving.what === "actor") {
    const box = stage.getBoundingClientRect();
    moving.at = [x - box.left, y - box.top];
    carry(moving.lifted, ...moving.at);
  } else if (moving.what === "pinch" && hands.size === 2) {
    const [a, b] = [...hands.values()];
    const middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const closer = placeAround(moving.place, (moving.place.k * Math.hypot(a[0] - b[0], a[1] - b[1])) / moving.gap, ...moving.middle);
    moving.now = settle({ ...closer, x: closer.x - (middle[0] - moving.middle[0]) / (scene.width * closer.k), y: closer.y - (middle[1] - moving.middle[1]) / (scene.height * closer.k) });
    moveSheet(moving.now);
  }
}

function drop({ actor, at }) {
  over.replaceChildren();
  const k = scene.k / state.place.k;
  const [ox, oy] = offset();
  if (!at) return drawScene();
  const [x, y] = shareAt((at[0] - ox) * k, (at[1] - oy) * k);
  change({ moved: { ...state.moved, [idOf(actor)]: [within(x, -0.08, 1.08), within(y, -0.08, 1.08)] } });
}

function release(event) {
  if (!hands.delete(event.pointerId) || !moving) return;
  cancelAnimationFrame(asked);
  const done = moving;
  const up = event.type === "pointerup"; // a cancelled pointer says nothing of where it is
  if (up && done.what !== "maybe" && done.what !== "pinch") {
    hands.set("last", [event.clientX, event.clientY]);
    step();
    hands.delete("last");
  }
  moving = null;
  stage.classList.remove("moving");
  if (done.now) goTo(done.now);
  else if (done.what === "actor") drop(up ? done : { actor: done.actor });
  else if (done.what === "maybe" && up) {
    pickHit(done.found);
    if (event.pointerType !== "mouse") lookAtPanel();
  }
  // A finger that stays after a pinch goes on moving the map.
  const [left] = hands.values();
  if (left) moving = { what: "sheet", from: left, place: state.place };
}
addEventListener("pointerup", release);
addEventListener("pointercancel", release);

stage.addEventListener(
  "wheel",
  (event) => {
    if (state.show === "compare") return;
    event.preventDefault();
    const turned = event.deltaY * (event.deltaMode === 1 ? 30 : 1);
    goTo(placeAround(state.place, state.place.k * Math.exp(-turned / 480), event.clientX, event.clientY));
  },
  { passive: false },
);

// A press that no pointer made: a screen reader, or a voice.
svg.addEventListener("click", (event) => {
  const actor = event.target.closest?.(".actor");
  if (actor && event.detail === 0) pickActor(Number(actor.dataset.i));
});

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The nearest actor in a direction: straight ahead counts more than aside.
function ahead(from, [dx, dy]) {
  let best = null;
  for (const i of scene.shapes.keys()) {
    const [x, y] = [scene.centres[i][0] - scene.centres[from][0], scene.centres[i][1] - scene.centres[from][1]];
    const [along, aside] = [x * dx + y * dy, Math.abs(x * dy) + Math.abs(y * dx)];
    if (along <= 0) continue;
    const far = along + 2.2 * aside;
    if (!best || far < best.far) best = { i, far };
  }
  return best ? best.i : from;
}

function focusActor(i) {
  stopAt(i);
  scene.shapes.get(i).focus({ preventScroll: true });
  bringIn(scene.centres[i]);
}

svg.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const way = WAYS[event.key];
  const [r, c] = grid.cursor;
  if (way && event.shiftKey) goTo(settle({ ...state.place, x: state.place.x + (way[0] * 0.15) / state.place.k, y: state.place.y + (way[1] * 0.15) / state.place.k }));
  else if (way && state.show === "matrix") {
    moveCursor(r + way[1], c + way[0]);
    bringIn(cursorPlace());
    tellSquare();
  } else if (way && scene.shapes.has(scene.focus)) focusActor(ahead(scene.focus, way));
  else if (event.key === "+" || event.key === "=") zoom(1.3);
  else if (event.key === "-") zoom(1 / 1.3);
  else if (event.key === "0") goTo(START.place);
  else if ((event.key === "Enter" || event.key === " ") && state.show === "matrix") {
    const row = grid.rows.get(`${r} ${c}`);
    if (row) pickTie(row.tie.c);
  } else if (event.key === "Enter" || event.key === " ") pickActor(scene.focus === state.picked?.actor ? -1 : scene.focus);
  else return;
  event.preventDefault();
});

layers.actors.addEventListener("focusin", (event) => {
  const actor = event.target.closest(".actor");
  if (actor) scene.focus = Number(actor.dataset.i);
});
