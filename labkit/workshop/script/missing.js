// What a seat says is missing from the map: ties between two actors, and actors.
const missing = { a: "", b: "", note: "", name: "", sector: "", more: "" };
const typed = (key) => ({ input: (event) => (missing[key] = event.target.value) });

function actorNamed(name) {
  const wanted = plain(name.trim());
  const all = shownActors({ here: DATA.actors.keys() });
  const whole = all.filter((i) => plain(nameOf(i)) === wanted);
  const found = whole.length || !wanted ? whole : all.filter((i) => plain(nameOf(i)).includes(wanted));
  return found.length === 1 ? found[0] : null;
}

function missingTiePart() {
  const input = (key) => make("input", { id: `missing-${key}`, list: "actor-names", value: missing[key], autocomplete: "off", on: typed(key) });
  const note = make("input", { id: "missing-note", value: missing.note, maxlength: LONGEST_NOTE, autocomplete: "off", on: typed("note") });
  return make(
    "details",
    { id: "missing-tie" },
    make("summary", {}, say("missing_tie")),
    field("missing-a", "first_actor", input("a")),
    field("missing-b", "second_actor", input("b")),
    field("missing-note", "note", note),
    button("missing-add", say("add"), addTie),
    make("p", { id: "missing-wrong", role: "alert" }),
  );
}

function addTie() {
  const wrong = (text) => (byId("missing-wrong").textContent = text);
  const [x, y] = [actorNamed(missing.a), actorNamed(missing.b)];
  if (x === null || y === null || x === y) return wrong(say("two_actors"));
  const [a, b] = [idOf(x), idOf(y)].sort();
  const kind = DATA.kinds[state.kind].id;
  const there = DATA.ties.find((tie) => tie.k === state.kind && [idOf(tie.a), idOf(tie.b)].sort().join() === [a, b].join());
  const inView = there && network().rows.some(({ tie }) => tie === there);
  if (there) return wrong(say(inView ? "already" : "already_hidden", { code: there.c }));
  if (state.session.missing.some((one) => one.kind === kind && one.a === a && one.b === b)) return wrong(say("already_added"));
  const { note } = missing;
  Object.assign(missing, { a: "", b: "", note: "" });
  tell(`${say("added")}: ${say("and", { a: nameOf(x), b: nameOf(y) })}`);
  changeSession({ missing: [...state.session.missing, { kind, a, b, sector: state.session.sector, note }] });
}

function missingActorPart() {
  const name = make("input", { id: "missing-name", value: missing.name, maxlength: 120, autocomplete: "off", on: typed("name") });
  const note = make("input", { id: "missing-more", value: missing.more, maxlength: LONGEST_NOTE, autocomplete: "off", on: typed("more") });
  return make(
    "details",
    { id: "missing-actor" },
    make("summary", {}, say("missing_actor")),
    field("missing-name", "actor_name", name),
    field("missing-sector", "actor_sector", sectorChoice("missing-sector", missing.sector, (value) => (missing.sector = value))),
    field("missing-more", "note", note),
    button("missing-actor-add", say("add"), addActor),
    make("p", { id: "missing-actor-wrong", role: "alert" }),
  );
}

function addActor() {
  const wrong = (text) => (byId("missing-actor-wrong").textContent = text);
  const name = missing.name.trim();
  if (!name) return wrong(say("needs_actor"));
  const there = shownActors({ here: DATA.actors.keys() }).find((i) => plain(nameOf(i)) === plain(name));
  if (there !== undefined) return wrong(say("actor_known", { name: nameOf(there) }));
  const n = 1 + Math.max(0, ...state.session.actors.map((one) => Number(one.id.slice(4))));
  const actor = { id: `new-${n}`, name, sector: missing.sector, note: missing.more };
  Object.assign(missing, { name: "", sector: "", more: "" });
  changeSession({ actors: [...state.session.actors, actor] });
}

function nameOfId(id) {
  return DATA.actors.find((one) => one.id === id)?.name ?? added().find((one) => one.id === id)?.name ?? id;
}

function missingList() {
  const { missing: ties, actors } = state.session;
  if (!ties.length && !actors.length) return null;
  const item = (key, text, act) => make("li", {}, make("span", {}, text), button(key, say("take_away", { what: "" }).trim(), act, { "aria-label": say("take_away", { what: text }) }));
  const tieItems = ties.map((one, n) => item(`away-${one.a}-${one.b}`, say("and", { a: nameOfId(one.a), b: nameOfId(one.b) }), () => changeSession({ missing: ties.filter((_, m) => m !== n) })));
  const actorItems = actors.map((one) =>
    item(`away-${one.id}`, one.name, () => changeSession({ actors: actors.filter(({ id }) => id !== one.id), missing: ties.filter(({ a, b }) => a !== one.id && b !== one.id) })),
  );
  return make("section", {}, make("h3", {}, say("what_is_missing")), make("ul", { class: "missing-list" }, actorItems, tieItems));
}
