// Where names go: beside their actor, none over another name or over an actor; who finds no place shows its name when picked.
const DIRECTIONS = [0, 8, 4, 12, 2, 6, 14, 10, 1, 7, 15, 9, 3, 5, 13, 11].map((k) => (Math.PI * k) / 8);
const pen = document.createElement("canvas").getContext("2d");
const FONT = '"DejaVu Sans", "Segoe UI", Helvetica, Arial, sans-serif';
const measured = new Map();

function widthOf(text, size) {
  const key = `${size} ${text}`;
  if (!measured.has(key)) {
    pen.font = `${size}px ${FONT}`;
    measured.set(key, pen.measureText(text).width);
  }
  return measured.get(key);
}

// A long name in lines of about so many letters; at most three, the rest is cut.
function folded(name, letters = 22) {
  const lines = [];
  for (const word of name.split(/\s+/)) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= letters) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  const short = lines.map((line) => (line.length > 34 ? `${line.slice(0, 33)}…` : line));
  return short.length > 3 ? [...short.slice(0, 2), `${short[2]} …`] : short;
}

// Boxes by squares of a grid, so that only neighbours are asked.
class Taken {
  constructor(step = 64) {
    this.step = step;
    this.squares = new Map();
  }
  *at(box) {
    for (let x = Math.floor(box[0] / this.step); x <= Math.floor(box[2] / this.step); x++)
      for (let y = Math.floor(box[1] / this.step); y <= Math.floor(box[3] / this.step); y++) yield x * 65536 + y;
  }
  add(box) {
    for (const key of this.at(box)) this.squares.get(key)?.push(box) ?? this.squares.set(key, [box]);
  }
  free(box) {
    for (const key of this.at(box))
      for (const other of this.squares.get(key) ?? [])
        if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return false;
    return true;
  }
}

// Places for names in the order given: {x, y, lines, far} by index.
function placed(order, centre, radius, name, size, bounds, rings) {
  const taken = new Taken();
  const line = size * 1.16;
  for (const i of order) {
    const [[x, y], r] = [centre(i), radius(i)];
    taken.add([x - r, y - r, x + r, y + r]);
  }
  const found = new Map();
  for (const i of order) {
    const lines = folded(name(i));
    const [w, h] = [Math.max(...lines.map((one) => widthOf(one, size))) + 6, line * lines.length + 2];
    const place = freePlace(centre(i), radius(i), w, h, taken, bounds, rings, size * 0.5);
    if (!place) continue;
    taken.add([place.x - w / 2, place.y - h / 2, place.x + w / 2, place.y + h / 2]);
    found.set(i, { ...place, lines, line });
  }
  return found;
}

function freePlace([cx, cy], r, w, h, taken, bounds, rings, step) {
  for (let ring = 0; ring < rings; ring++)
    for (const angle of DIRECTIONS) {
      const reach = r + step * (0.4 + ring);
      const [x, y] = [cx + Math.cos(angle) * (reach + w / 2), cy + Math.sin(angle) * (reach + h / 2)];
      const box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
      const inside = bounds[0] <= box[0] && box[2] <= bounds[2] && bounds[1] <= box[1] && box[3] <= bounds[3];
      if (inside && taken.free(box)) return { x, y, far: ring > 3 };
    }
  return null;
}
