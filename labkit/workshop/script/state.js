// One state, one way to change it, one way back. What is drawn follows from the state alone.
const START = {
  kind: 0,
  stop: 0,
  off: [],
  body: -1,
  initiative: -1,
  least: 1,
  sure: false,
  voice: "documents",
  size: "degree",
  picked: null, // {actor: index} or {tie: code}
  show: "map",
  tab: "pick",
  place: { k: 1, x: 0.5, y: 0.5 }, // how close, and what stands in the middle, as shares of the map
  moved: {}, // actors that were dragged: [x, y] as shares of the map
  projector: false,
  grey: false,
  bare: false,
  story: DATA.story,
  step: -1,
  session: null,
};
let state = START;
const past = [];

// Change the state; steps of one name in a row (typing, sliding, moving) are taken back together.
function change(patch, name = "") {
  const before = state;
  const last = past[past.length - 1];
  if (!name || last?.name !== name) past.push({ state: before, name });
  if (past.length > 300) past.shift();
  state = { ...state, ...patch };
  if (state.session !== before.session) keep();
  if (state.story !== before.story) keepStory();
  render(before);
}

function undo() {
  const last = past.pop();
  if (!last) return;
  const before = state;
  state = last.state;
  if (state.session !== before.session) keep();
  if (state.story !== before.story) keepStory();
  render(before);
  tell(say("undone"));
}

// The network of the state, reckoned anew only when something it depends on has changed.
const PARTS = ["kind", "stop", "off", "body", "initiative", "least", "sure", "voice"];
let known = { state: null, net: null };
function network() {
  if (!known.state || PARTS.some((part) => known.state[part] !== state[part])) known = { state, net: seen(state) };
  return known.net;
}

// Whether how often a tie holds must not be seen yet.
function hidden(tie) {
  return Boolean(state.session?.blind) && !state.session.judgements[tie.c];
}

// How often a tie holds, in words: times in documents, or seats that say so.
function often(tie, n) {
  if (hidden(tie)) return say("hidden_times");
  return state.voice === "participants" || !tie.e.length ? seats(n) : times(n);
}

// --- what stays on the device: answers under the lab, the map and the seat; the story under the map

const MINE = `labkit:${DATA.lab}:`;

function stored(key, value) {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(key));
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return null; // the browser keeps nothing, or something unreadable lies there
  }
}

let saved = 0; // counts every change of the answers, those taken back too
let inFile = 0; // how far that count had come when the answers last went into a file
const unsaved = () => saved > inFile && Object.keys(state.session.judgements).length + state.session.missing.length + state.session.actors.length > 0;
const sessionKey = (session) => `${MINE}${DATA.map}:${session.seat}`;

function keep() {
  if (!state.session) return;
  saved += 1;
  const done = stored(sessionKey(state.session), { ...state.session, saved, map: DATA.map });
  byId("not-kept").hidden = Boolean(done);
}

function keepStory() {
  stored(`${MINE}${DATA.map}:story`, { from: JSON.stringify(DATA.story), story: state.story });
}

// The story written on this device, as long as the lab's own has not changed since.
function keptStory() {
  const found = stored(`${MINE}${DATA.map}:story`);
  return found?.from === JSON.stringify(DATA.story) && Array.isArray(found.story) ? found.story : DATA.story;
}

// Every seat of this lab that the device keeps, those of earlier maps too.
function keptSeats() {
  const found = [];
  try {
    for (let n = 0; n < localStorage.length; n++) {
      const key = localStorage.key(n);
      if (!key.startsWith(MINE) || key.endsWith(":story")) continue;
      const session = stored(key);
      if (session?.seat && session.judgements) found.push({ key, session });
    }
  } catch {
    byId("not-kept").hidden = false;
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}
