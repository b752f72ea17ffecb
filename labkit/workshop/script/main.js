// Controls, and what is drawn when the state changes.
const SEEN = [...PARTS, "size", "moved", "projector", "show", "session"];

function drawScene() {
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
    fitStage();
  }
  if (changed(...SEEN)) drawScene();
  else if (changed("place")) {
    moveSheet(state.place);
    rest();
  }
  if (changed("picked") && !changed(...SEEN)) {
    if (state.show === "matrix") drawPickedSquare();
    else if (state.show === "map") drawPicked();
  }
  if (changed(...PARTS, "picked", "tab", "session", "story", "step")) drawPanel();
  if (changed(...PARTS, "size", "session")) drawList();
  if (changed(...PARTS, "size", "show", "projector", "grey", "session")) drawControls();
  byId("undo").disabled = !past.length;
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
  byId("least").value = state.least;
  byId("least-now").textContent = state.least;
  byId("least").max = Math.max(2, ...DATA.ties.filter((tie) => tie.k === state.kind).map((tie) => tie.e.length));
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
  byId("legend-denied").hidden = state.voice === "documents";
  byId("legend-said").hidden = state.voice === "documents" && !state.session?.missing.length;
  byId("legend-against").hidden = !net.rows.some(({ tie }) => tie.s < 0);
  byId("legend-size").textContent = say(`means_${state.size}`);
  byId("legend-width").textContent = state.session?.blind ? say("width_blind") : say("width");
  byId("means").textContent = net.here.size ? said(kind.means) : say("empty");
  const counted = counts(net);
  byId("counted").textContent = counted;
  const now = say("now_showing", { kind: said(kind.label), when: stopName(STOPS[state.stop]), counted });
  if (byId("told").dataset.now !== now && past.length) tell(now);
  byId("told").dataset.now = now;
}

// Words of the page in the language of now, on everything that bears data-t.
function relabel() {
  document.documentElement.lang = language;
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = say(one.dataset.t);
  for (const one of document.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", say(one.dataset.tLabel));
  const options = (id, rows) => byId(id).replaceChildren(...rows.map(([value, text]) => make("option", { value }, text)));
  options("kind", DATA.kinds.map(({ label }, n) => [n, said(label)]));
  options("body", [[-1, say("any")], ...DATA.bodies.map(({ label }, n) => [n, label])]);
  options("initiative", [[-1, say("any")], ...DATA.initiatives.map(({ label }, n) => [n, label])]);
  options("voice", ["documents", "participants", "both"].map((voice) => [voice, say(`voice_${voice}`)]));
  options("size", ["degree", "strength", "events", "betweenness"].map((size) => [size, say(`size_${size}`)]));
  for (const { id, label } of DATA.sectors) byId(`sector-${id}-name`).textContent = said(label);
}

function search() {
  const text = byId("search").value.trim();
  if (!text) return;
  const tie = DATA.ties.find((one) => one.c === text.toUpperCase());
  const names = DATA.actors.map((actor) => plain(actor.name));
  const wanted = plain(text);
  const exact = names.indexOf(wanted);
  const actor = exact >= 0 ? exact : names.findIndex((name) => name.includes(wanted));
  const found = Boolean(tie) || actor >= 0;
  byId("search-none").textContent = found ? "" : say("not_found", { text });
  if (tie) change({ kind: tie.k, picked: { tie: tie.c }, tab: state.session ? "session" : "pick" });
  else if (actor >= 0) pickActor(actor);
}

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
  on("kind", "change", (event) => change({ kind: event.target.selectedIndex, picked: null, sure: state.sure && DATA.kinds[event.target.selectedIndex].sure, least: 1 }));
  on("body", "change", (event) => change({ body: Number(event.target.value) }));
  on("initiative", "change", (event) => change({ initiative: Number(event.target.value) }));
  on("least", "input", (event) => change({ least: Number(event.target.value) }, "least"));
  on("sure", "change", (event) => change({ sure: event.target.checked }));
  on("voice", "change", (event) => change({ voice: event.target.value }));
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
  on("search", "input", () => (byId("search-none").textContent = ""));
  on("bare", "click", () => change({ bare: true }));
  on("bare-off", "click", () => change({ bare: false }));
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
  new ResizeObserver(fitStage).observe(stage);
  addEventListener("beforeunload", (event) => {
    if (state.session && unsaved() && !byId("not-kept").hidden) event.preventDefault();
  });
  // On paper the whole map stands in its frame, whatever the screen showed.
  let screen = null;
  const toPaper = () => {
    screen ??= state.place;
    if (state.place !== START.place) change({ place: START.place }, "print");
    drawScene();
  };
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", () => {
    if (screen && screen !== state.place) undo();
    screen = null;
  });
}

function begin() {
  state = { ...state, story: keptStory() };
  byId("stop").max = STOPS.length - 1;
  byId("actor-names").replaceChildren(...DATA.actors.map(({ name }) => make("option", { value: name })));
  relabel();
  listen();
  fitStage();
  render(null);
  if (DATA.judging && keptSeats().length) {
    keptOpen = true;
    change({ tab: "session" });
  }
  past.length = 0;
  byId("undo").disabled = true;
}

begin();
