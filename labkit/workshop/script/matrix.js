// The matrix: actors by sector, a square for each tie; readable where a map is a tangle.
const grid = { order: [], cell: 10, left: 0, top: 0, cursor: [0, 1], rows: new Map() };

function matrixOrder(net) {
  const degree = measure(net, "degree");
  return [...net.here].sort(
    (x, y) => net.sector[x] - net.sector[y] || degree[y] - degree[x] || byName(DATA.actors[x].name, DATA.actors[y].name),
  );
}

function cut(name, width, size) {
  let text = name;
  while (text.length > 4 && widthOf(text, size) > width) text = `${text.replace(/…$/, "").slice(0, -1)}…`;
  return text;
}

function drawMatrix() {
  const net = network();
  const order = matrixOrder(net);
  const labels = Math.min(state.projector ? 260 : 215, scene.width * 0.36);
  const room = Math.min(scene.width, scene.height) - labels - 16;
  const cell = Math.max(3, Math.min(30, room / Math.max(1, order.length))) * scene.k;
  const left = Math.max(labels, (scene.width * scene.k + labels - cell * order.length) / 2);
  Object.assign(grid, { order, cell, left, top: labels, rows: new Map() });
  grid.cursor = grid.cursor.map((n) => Math.min(n, Math.max(0, order.length - 1)));
  const place = new Map(order.map((i, n) => [i, n]));
  sizeSheet();
  const squares = [];
  for (const row of net.rows) {
    const [a, b] = [place.get(row.tie.a), place.get(row.tie.b)];
    grid.rows.set(`${a} ${b}`, row).set(`${b} ${a}`, row);
    const dark = state.session?.blind ? 0.5 : 0.25 + (0.75 * row.n) / Math.max(4, net.most);
    for (const [r, c] of [[a, b], [b, a]])
      squares.push(shape("rect", { class: `square${row.tie.s < 0 ? " against" : ""}`, "data-code": row.tie.c, x: left + c * cell + 0.5, y: labels + r * cell + 0.5, width: cell - 1, height: cell - 1, "fill-opacity": dark.toFixed(2) }));
  }
  layers.ties.replaceChildren(...squares);
  layers.answers.replaceChildren(...sectorLines(net, order, cell));
  layers.names.replaceChildren(...matrixNames(net, order, cell));
  layers.actors.replaceChildren(shape("rect", { id: "cursor", class: "cursor", width: cell, height: cell }));
  moveCursor(...grid.cursor);
  drawPickedSquare();
}

function sectorLines(net, order, cell) {
  const { left, top } = grid;
  const long = order.length * cell;
  const cuts = order.flatMap((i, n) => (n && net.sector[order[n - 1]] !== net.sector[i] ? [n] : []));
  return [0, ...cuts, order.length].flatMap((n) => {
    const [x, y] = [left + n * cell, top + n * cell];
    return [shape("line", { class: "cut", x1: left, x2: left + long, y1: y, y2: y }), shape("line", { class: "cut", x1: x, x2: x, y1: top, y2: top + long })];
  });
}

function matrixNames(net, order, cell) {
  const size = Math.min(state.projector ? 18 : 13, cell * 0.86);
  return order.flatMap((i, n) => {
    const [x, y] = [grid.left + (n + 0.5) * cell, grid.top + (n + 0.5) * cell];
    const mark = shape("path", { class: `mark ${DATA.sectors[net.sector[i]].id}`, d: outline(net.sector[i], Math.min(6, cell * 0.35)), transform: `translate(${grid.left - 10} ${y})` });
    if (size < 6) return [mark];
    const name = cut(DATA.actors[i].name, grid.top - 26, size);
    const row = shape("text", { class: "label", "data-i": i, "font-size": size, x: grid.left - 20, y: y + size * 0.36, "text-anchor": "end" });
    const column = shape("text", { class: "label", "data-i": i, "font-size": size, transform: `translate(${x + size * 0.36} ${grid.top - 8}) rotate(-90)` });
    row.textContent = column.textContent = name;
    return [mark, row, column];
  });
}

function squareAt(px, py) {
  const [c, r] = [Math.floor((px - grid.left) / grid.cell), Math.floor((py - grid.top) / grid.cell)];
  return grid.rows.get(`${r} ${c}`)?.tie ?? null;
}

// Where the cursor stands, as a share of the map: it is brought back into sight when it leaves.
function cursorPlace() {
  const at = (n, edge) => edge + (n + 0.5) * grid.cell;
  return [at(grid.cursor[1], grid.left), at(grid.cursor[0], grid.top)];
}

function moveCursor(r, c) {
  const last = grid.order.length - 1;
  grid.cursor = [Math.max(0, Math.min(last, r)), Math.max(0, Math.min(last, c))];
  const cursor = byId("cursor");
  cursor?.setAttribute("x", grid.left + grid.cursor[1] * grid.cell);
  cursor?.setAttribute("y", grid.top + grid.cursor[0] * grid.cell);
}

function tellSquare() {
  const [r, c] = grid.cursor;
  const row = grid.rows.get(`${r} ${c}`);
  const pair = say("and", { a: DATA.actors[grid.order[r]].name, b: DATA.actors[grid.order[c]].name });
  tell(r === c ? DATA.actors[grid.order[r]].name : `${pair}: ${row ? often(row) : say("nobody")}`);
}

function drawPickedSquare() {
  const code = state.picked?.tie;
  for (const square of layers.ties.children) square.classList.toggle("picked", square.dataset.code === code);
}

// --- three maps in the same places: documents, participants, both

function drawCompare() {
  const parts = ["documents", "participants", "both"].map((voice) => {
    const net = seen({ ...state, voice, least: 1, sure: false });
    const id = `compare-${voice}`;
    return make("figure", {}, make("figcaption", { id }, make("strong", {}, say(`voice_${voice}`)), counts(net)), smallMap(net, voice, id));
  });
  byId("compare").replaceChildren(make("p", {}, say("compare_help")), make("div", { class: "three" }, parts));
}

function smallMap(net, voice, labelledBy) {
  const beside = scene.width > 990;
  const [w, h] = [440, beside ? within((440 * (scene.height - 110)) / (scene.width / 3 - 36), 360, 640) : 400];
  const picture = shape("svg", { viewBox: `0 0 ${w} ${h}`, role: "img", "aria-labelledby": labelledBy });
  const at = (i) => [34 + shareOf(i)[0] * (w - 68), 24 + shareOf(i)[1] * (h - 48)];
  const degree = measure(net, "degree");
  const most = Math.max(1, ...degree);
  const radius = (i) => 4 + 5 * Math.sqrt(degree[i] / most);
  for (const row of [...net.rows].sort((x, y) => x.n - y.n)) {
    const [[x1, y1], [x2, y2]] = [at(row.tie.a), at(row.tie.b)];
    const width = (0.6 + (3 * row.n) / Math.max(4, net.most)).toFixed(2);
    picture.append(shape("line", { x1, y1, x2, y2, "stroke-width": width, class: tieClass(row, voice) }));
  }
  for (const i of net.here) picture.append(shape("path", { class: `mark ${DATA.sectors[net.sector[i]].id}`, d: outline(net.sector[i], radius(i)), transform: `translate(${at(i)})` }));
  const order = [...net.here].sort((x, y) => degree[y] - degree[x] || x - y);
  const names = placed(order, at, radius, nameOf, 11, [2, 2, w - 2, h - 2], 4);
  for (const [, { x, y, lines, line }] of [...names].slice(0, 14))
    lines.forEach((one, n) => {
      const text = shape("text", { class: "name", "font-size": 11, x, y: y - (line * (lines.length - 1)) / 2 + n * line + 4 });
      text.textContent = one;
      picture.append(text);
    });
  return picture;
}
