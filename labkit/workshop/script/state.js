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
  if (Object.entries(patch).every(([part, value]) => Object.is(state[part], value))) return;
  if (playing && name !== "play") play();
  const last = past[past.length - 1];
  if (!name || last?.name !== name) past.push({ state, name });
  if (past.length > 300) past.shift();
  take({ ...state, ...patch }, name);
}

function undo() {
  if (!past.length) return;
  if (playing) play();
  take(past.pop().state);
  tell(say("undone"));
}

// The state is another: keep what is to be kept, draw what is to be drawn.
function take(next, name = "") {
  const before = state;
  state = next;
  if (state.session !== before.session) keep();
  if (state.story !== before.story) keepStory();
  // A note is in its field already; drawing at each letter would make a tablet stumble.
  if (name.startsWith("note")) byId("undo").disabled = false;
  else render(before);
}

// What was done before belongs to somebody else: nobody goes back into another's seat.
function forgetPast() {
  past.length = 0;
  byId("undo").disabled = true;
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
function often({ tie, n, seats }) {
  if (hidden(tie)) return say("hidden_times");
  return seats ? many(n, "seats") : times(n);
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

let saved = 0; // counts every change of this seat's answers, those taken back too
let inFile = 0; // how far that count had come when the answers last went into a file
const unsaved = () => saved > inFile && Object.keys(state.session.judgements).length + state.session.missing.length + state.session.actors.length > 0;
const sessionKey = (session) => `${MINE}${DATA.map}:${session.seat}`;

// The answers of now as they are kept and saved.
const seatOfNow = () => ({ ...state.session, saved, map: DATA.map });

function keep() {
  if (!state.session) return;
  const there = stored(sessionKey(state.session));
  // The same seat may be open in two windows: what the other wrote meanwhile is taken in, and nothing of it lost.
  if (there?.saved > saved) state.session = together(there, state.session);
  saved = Math.max(saved, there?.saved ?? 0) + 1;
  byId("not-kept").hidden = Boolean(stored(sessionKey(state.session), seatOfNow()));
}

function together(there, here) {
  const ids = new Set(here.actors.map(({ id }) => id));
  const tied = new Set(here.missing.map((one) => [one.kind, one.a, one.b].join(" ")));
  return {
    ...here,
    judgements: { ...there.judgements, ...here.judgements },
    actors: [...there.actors.filter(({ id }) => !ids.has(id)), ...here.actors],
    missing: [...there.missing.filter((one) => !tied.has([one.kind, one.a, one.b].join(" "))), ...here.missing],
  };
}

function keepStory() {
  const done = stored(`${MINE}${DATA.map}:story`, { from: JSON.stringify(DATA.story), story: state.story });
  byId("not-kept").hidden = Boolean(done);
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
      const whole = session?.seat && session.judgements && Array.isArray(session.missing) && Array.isArray(session.actors);
      if (whole) found.push({ key, session });
    }
  } catch {
    byId("not-kept").hidden = false;
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}
