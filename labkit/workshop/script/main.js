// Controls, and what is drawn when the state changes.
const SEEN = [...PARTS, "size", "moved", "projector", "show"];

function drawScene() {
  if (moving?.what === "actor") {
    over.replaceChildren(); // what was in hand is drawn anew where it stands
    moving = null;
  }
  scene.k = state.place.k;
  svg.setAttribute("aria-label", say(state.show === "matrix" ? "matrix_help" : "map_help"));
  stage.dataset.show = state.show;
  if (state.show === "matrix") drawMatrix();
  else if (state.show === "compare") drawCompare();
  else drawMap();
  svg.setAttribute("tabindex", state.show === "matrix" ? 0 : -1);
  moveSheet(state.place);
}

function render(before) {
  const changed = (...parts) => !before || parts.some((part) => state[part] !== before[part]);
  if (changed("projector", "grey", "bare")) {
    for (const look of ["projector", "grey", "bare"]) document.documentElement.classList.toggle(look, state[look]);
    byId("bare-off").hidden = !state.bare;
  }
  const codes = answeredAnew(before);
  const seat = changed("session") && !codes; // more of it than answers
  // Words beside the map first: what room they leave is the map's.
  if (changed(...PARTS, "size", "show", "projector", "grey") || seat) drawControls();
  const whole = sizeStage() || changed(...SEEN) || seat;
  if (whole) drawScene();
  else if (changed("place")) {
    moveSheet(state.place);
    drawAtRest();
  }
  if (codes && !whole && state.show === "map") drawAnswers(network());
  if (changed("picked") && !whole) {
    if (state.show === "matrix") drawPickedSquare();
    else if (state.show === "map") drawPicked();
  }
  if (changed(...PARTS, "picked", "tab", "session", "story", "step")) drawPanel();
  if (changed(...PARTS, "size") || seat) drawList();
  else if (codes) rewrite(codes);
  byId("undo").disabled = !past.length;
}

// The codes of the ties whose answer is another, where nothing else of the session has changed.
function answeredAnew(before) {
  if (!before?.session || !state.session || before.session === state.session) return null;
  const other = ["missing", "actors", "sector", "blind", "seat"].some((part) => before.session[part] !== state.session[part]);
  if (other) return null;
  const [old, now] = [before.session.judgements, state.session.judgements];
  return new Set([...Object.keys(old), ...Object.keys(now)].filter((code) => old[code] !== now[code]));
}

function drawControls() {
  const net = network();
  const kind = DATA.kinds[state.kind];
  byId("kind").selectedIndex = state.kind;
  byId("body").value = state.body;
  byId("initiative").value = state.initiative;
  // Before the answers, nothing may tell how often a tie holds or what others said of it.
  const blind = Boolean(state.session?.blind);
  for (const id of ["least", "voice", "size", "show-compare"]) byId(id).disabled = blind;
  byId("least-now").textContent = state.least;
  byId("least").max = Math.max(2, ...DATA.ties.filter((tie) => tie.k === state.kind).map((tie) => tie.e.length));
  byId("least").value = state.least; // after its bound, which would cut it
  // What participants said is of no body and no initiative.
  for (const id of ["body", "initiative"]) byId(id).disabled = state.voice !== "documents";
  byId("sure").checked = state.sure;
  byId("sure").disabled = blind || !kind.sure;
  byId("sure-help").textContent = kind.sure ? say("sure_help") : say("sure_none");
  byId("voice").value = state.voice;
  byId("size").value = state.size;
  byId("stop").value = state.stop;
  byId("stop").setAttribute("aria-valuetext", stopName(STOPS[state.stop]));
  byId("stop-now").textContent = stopName(STOPS[state.stop]);
  for (const show of ["map", "matrix", "compare"]) byId(`show-${show}`).setAttribute("aria-pressed", String(state.show === show));
  byId("projector").setAttribute("aria-pressed", String(state.projector));
  byId("grey").setAttribute("aria-pressed", String(state.grey));
  DATA.sectors.forEach(({ id }, s) => (byId(`sector-${id}`).checked = !state.off.includes(s)));
  const explain = (id, needed) => byId(id).classList.toggle("idle", !needed);
  explain("legend-denied", state.voice !== "documents");
  explain("legend-said", state.voice !== "documents" || state.session?.missing.length);
  explain("legend-against", net.rows.some(({ tie }) => tie.s < 0));
  oneOf("legend-size", SIZES.map((size) => say(`means_${size}`)), say(`means_${state.size}`));
  byId("legend-width").textContent = say(blind ? "width_blind" : "width");
  oneOf("means", [...DATA.kinds.map(({ means }) => said(means)), say("empty")], net.here.size ? said(kind.means) : say("empty"));
  const counted = counts(net);
  byId("counted").textContent = counted;
  const now = say("now_showing", { kind: said(kind.label), when: stopName(STOPS[state.stop]), counted });
  if (drawn && drawn !== now) tell(now);
  drawn = now;
  byId("paper").textContent = `${now} ${chosenFilters().join("; ")}`;
}

const SIZES = ["degree", "strength", "events", "betweenness"];

// One of several texts, in the room of the longest: whichever is read, the map beside it stays as it is.
function oneOf(id, texts, chosen) {
  byId(id).replaceChildren(...[...new Set(texts)].map((text) => make("span", { class: text === chosen ? "" : "idle" }, text)));
}

let drawn = ""; // what was last said to be shown

// The filters of now in words, for paper.
function chosenFilters() {
  const off = state.off.map((s) => said(DATA.sectors[s].label));
  return [
    state.body >= 0 && DATA.bodies[state.body].label,
    state.initiative >= 0 && DATA.initiatives[state.initiative].label,
    state.least > 1 && `${say("least")}: ${state.least}`,
    state.sure && say("sure"),
    state.voice !== "documents" && `${say("voice")} ${say(`voice_${state.voice}`)}`,
    off.length && say("without", { names: off.join(", ") }),
  ].filter(Boolean);
}

// Words of the page in the language of now, on everything that bears data-t.
function relabel() {
  document.documentElement.lang = language;
  document.title = `${say("map")}: ${document.querySelector("h1").textContent}`;
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = say(one.dataset.t);
  for (const one of document.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", say(one.dataset.tLabel));
  const options = (id, rows) => byId(id).replaceChildren(...rows.map(([value, text]) => make("option", { value }, text)));
  options("kind", DATA.kinds.map(({ label }, n) => [n, said(label)]));
  options("body", [[-1, say("any")], ...DATA.bodies.map(({ label }, n) => [n, label])]);
  options("initiative", [[-1, say("any")], ...DATA.initiatives.map(({ label }, n) => [n, label])]);
  options("voice", ["documents", "participants", "both"].map((voice) => [voice, say(`voice_${voice}`)]));
  options("size", SIZES.map((size) => [size, say(`size_${size}`)]));
  for (const { id, label } of DATA.sectors) byId(`sector-${id}-name`).textContent = said(label);
  byId("play-word").textContent = say(playing ? "pause" : "play");
}

function search() {
  const text = byId("search").value.trim();
  if (!text) return;
  const tie = TIES.get(text.toUpperCase());
  const names = DATA.actors.map((actor) => plain(actor.name));
  const wanted = plain(text);
  const exact = names.indexOf(wanted);
  const actor = exact >= 0 ? exact : names.findIndex((name) => name.includes(wanted));
  const found = Boolean(tie) || actor >= 0;
  byId("search-none").textContent = found ? "" : say("not_found", { text });
  if (tie) pickTie(tie.c, { ...kindPatch(tie.k), ...(shows({ ...state, ...kindPatch(tie.k) }, tie) ? {} : WHOLE) });
  else if (actor >= 0) pickActor(actor, network().here.has(actor) ? {} : WHOLE);
  bringInPicked();
}

// Every year, body and sector: where what was asked for stands outside the view, the view gives way.
const WHOLE = { stop: 0, off: [], body: -1, initiative: -1, least: 1, sure: false };

const shows = (view, tie) => seen(view).rows.some((row) => row.tie === tie);

const kindPatch = (kind) => (kind === state.kind ? {} : { kind, picked: null, sure: state.sure && DATA.kinds[kind].sure, least: 1 });

let playing = 0;
function play() {
  const on = !playing;
  byId("play-word").textContent = say(on ? "pause" : "play");
  byId("play").setAttribute("aria-pressed", String(on));
  clearInterval(playing);
  playing = 0;
  if (!on) return;
  const first = STOPS.length - DATA.years.length;
  const next = () => {
    if (state.stop === STOPS.length - 1) return play();
    change({ stop: state.stop < first ? first : state.stop + 1 }, "play");
  };
  playing = setInterval(next, 1600);
  change({ stop: first }, "play");
}

function closeDrops(drops) {
  for (const drop of drops.filter((one) => one.open)) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
}

function listen() {
  const on = (id, event, act) => byId(id).addEventListener(event, act);
  on("undo", "click", undo);
  on("kind", "change", (event) => change(kindPatch(event.target.selectedIndex)));
  on("body", "change", (event) => change({ body: Number(event.target.value) }));
  on("initiative", "change", (event) => change({ initiative: Number(event.target.value) }));
  on("least", "input", (event) => change({ least: Number(event.target.value) }, "least"));
  on("sure", "change", (event) => change({ sure: event.target.checked }));
  on("voice", "change", (event) => change({ voice: event.target.value, body: -1, initiative: -1 }));
  on("size", "change", (event) => change({ size: event.target.value }));
  on("stop", "input", (event) => change({ stop: Number(event.target.value) }, "stop"));
  on("play", "click", play);
  on("closer", "click", () => zoom(1.4));
  on("farther", "click", () => zoom(1 / 1.4));
  on("whole", "click", () => goTo(START.place));
  on("projector", "click", () => change({ projector: !state.projector }));
  on("grey", "click", () => change({ grey: !state.grey }));
  on("print", "click", () => print());
  on("language", "click", () => {
    language = language === "it" ? "en" : "it";
    relabel();
    render(null);
  });
  on("search", "change", search);
  on("search", "keydown", (event) => event.key === "Enter" && search());
  on("search", "input", () => (byId("search-none").textContent = ""));
  on("bare", "click", () => {
    change({ bare: true });
    byId("bare-off").focus();
  });
  on("bare-off", "click", () => {
    change({ bare: false });
    document.querySelectorAll("details.drop summary")[1].focus();
  });
  // Open lists close where a person expects it: at a press elsewhere and at Escape.
  const drops = [...document.querySelectorAll("details.drop")];
  addEventListener("pointerdown", (event) => drops.forEach((drop) => drop.contains(event.target) || (drop.open = false)));
  for (const show of ["map", "matrix", "compare"]) on(`show-${show}`, "click", () => change({ show, place: START.place }));
  DATA.sectors.forEach(({ id }, s) =>
    on(`sector-${id}`, "change", (event) => change({ off: event.target.checked ? state.off.filter((one) => one !== s) : [...state.off, s] })),
  );
  addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input:not([type=checkbox]):not([type=range]), textarea");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
      event.preventDefault();
      undo();
    } else if (event.key === "Escape" && drops.some((drop) => drop.open)) closeDrops(drops);
    else if (event.key === "Escape" && state.bare) change({ bare: false });
    else if (event.key === "Escape" && state.picked) change({ picked: null });
  });
  new ResizeObserver(() => sizeStage() && drawScene()).observe(stage);
  addEventListener("beforeunload", (event) => {
    if (state.session && unsaved() && !byId("not-kept").hidden) event.preventDefault();
  });
  printing();
}

// On paper the whole map stands in its frame, at a size of its own, whatever the screen showed.
function printing() {
  let screen = null;
  addEventListener("beforeprint", () => {
    screen ??= state;
    state = { ...state, place: START.place, projector: false };
    Object.assign(scene, { width: 1080, height: 640 });
    drawScene();
  });
  addEventListener("afterprint", () => {
    state = screen;
    screen = null;
    sizeStage();
    drawScene();
  });
}

function begin() {
  byId("stop").max = STOPS.length - 1;
  byId("actor-names").replaceChildren(...DATA.actors.map(({ name }) => make("option", { value: name })));
  relabel();
  listen();
  render(null);
  for (const id of ["play", "stop"]) byId(id).hidden = !DATA.years.length;
  forgetPast();
  // Not before: a page that asks for its storage while the browser still takes it in may be given one that nothing is written to.
  addEventListener("load", takeUp);
}

// What the device keeps is at hand again: the story written here, and the seats.
function takeUp() {
  state = { ...state, story: keptStory() };
  if (DATA.judging && keptSeats().length) {
    keptOpen = true;
    change({ tab: "session" });
  }
  forgetPast();
}

begin();
