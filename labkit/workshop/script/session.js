// The workshop: an anonymous seat judges ties, says what is missing, and takes its answers away as a file.
const LONGEST_NOTE = 2000;

function randomLetters(n) {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  return [...crypto.getRandomValues(new Uint8Array(n))].map((byte) => letters[byte % letters.length]).join("");
}

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

const draft = { name: DATA.session, date: "", sector: "", blind: false, forget: "", close: false };
let keptOpen = false; // earlier seats are offered when the page opens; who comes next need not see them

function sectorChoice(id, value, act) {
  const options = [["", say("sector_unsaid")], ...DATA.sectors.map(({ id: sector, label }) => [sector, said(label)])];
  return make("select", { id, on: { change: (event) => act(event.target.value) } }, options.map(([key, text]) => make("option", { value: key, selected: key === value }, text)));
}

const field = (id, key, control) => make("div", { class: "field" }, make("label", { for: id }, say(key)), control);

function sessionPanel(net) {
  return state.session ? seatPart(net) : [...startPart(), ...keptPart()];
}

function startPart() {
  const name = make("input", { id: "session-name", value: draft.name, maxlength: 80, autocomplete: "off", on: { input: (event) => (draft.name = event.target.value) } });
  const date = make("input", { id: "session-day", type: "date", value: draft.date || today(), on: { input: (event) => (draft.date = event.target.value || " ") } });
  const blind = make("input", { id: "session-blind", type: "checkbox", on: { change: (event) => (draft.blind = event.target.checked) } });
  blind.checked = draft.blind;
  return [
    make("h2", {}, say("tab_session")),
    make("p", {}, say("session_help")),
    field("session-name", "session_name", name),
    field("session-day", "session_day", date),
    field("session-sector", "sector_mine", sectorChoice("session-sector", draft.sector, (value) => (draft.sector = value))),
    make("label", { class: "tick" }, blind, say("blind")),
    button("session-start", say("session_start"), startSession, { class: "strong" }),
    make("p", { id: "session-wrong", role: "alert" }),
  ];
}

function startSession() {
  const name = draft.name.trim();
  const date = (draft.date || today()).trim();
  const wrong = !name ? "session_needs_name" : !/^\d{4}-\d\d-\d\d$/.test(date) ? "session_needs_day" : null;
  if (wrong) {
    byId("session-wrong").textContent = say(wrong);
    return;
  }
  [saved, inFile] = [0, 0];
  const session = { name, date, seat: randomLetters(8), sector: draft.sector, blind: draft.blind, judgements: {}, missing: [], actors: [] };
  takeSeat(session);
  byId("session-next")?.focus();
}

// A seat is taken, or left: nothing of who sat there before is at hand any more.
function takeSeat(session) {
  Object.assign(draft, { sector: "", forget: "", close: false });
  Object.assign(missing, { a: "", b: "", note: "", name: "", sector: "", more: "" });
  keptOpen = false;
  change(calmed({ session, picked: null }, session));
  forgetPast();
}

// What a view may show before the answers: nothing that tells how often a tie holds, or what others said of it.
function calmed(patch, session = state.session) {
  if (!session?.blind) return patch;
  const show = patch.show ?? state.show;
  return { ...patch, least: 1, sure: false, voice: "documents", size: "degree", show: show === "compare" ? "map" : show };
}

// Seats kept on the device, to take up again, to save or to delete.
function keptPart() {
  const seats = keptSeats();
  if (!seats.length) return [];
  const items = seats.map(({ key, session }) => {
    const old = session.map !== DATA.map;
    const n = many(Object.keys(session.judgements).length + session.missing.length + session.actors.length, "n_answers");
    const text = say(old ? "kept_old" : "kept_this", { seat: session.seat, session: session.name, date: day(session.date), n });
    const resume = old ? null : button(`resume-${session.seat}`, say("resume"), () => resumeSession(session), { class: "strong" });
    const forget = button(`forget-${session.seat}`, draft.forget === key ? say("forget_sure") : say("forget"), () => {
      if (draft.forget === key) stored(key, null);
      forgetPast();
      draft.forget = draft.forget === key ? "" : key;
      drawPanel();
    });
    return make("li", {}, make("p", {}, text), resume, button(`kept-json-${session.seat}`, say("save_json"), () => saveJson(session)), forget);
  });
  return [make("details", { id: "kept", open: keptOpen }, make("summary", {}, say("kept")), make("ul", { class: "kept" }, items))];
}

function resumeSession(session) {
  [saved, inFile] = [session.saved, 0];
  const { map, saved: count, ...rest } = session;
  takeSeat(rest);
}

function changeSession(patch, name = "") {
  change({ session: { ...state.session, ...patch } }, name);
}

function judge(tie, patch, name = "") {
  const { judgements, blind, sector } = state.session;
  const before = judgements[tie.c];
  if (patch.answer && before?.answer === patch.answer) return; // a finger that trembles presses twice
  const [kind, a, b] = [DATA.kinds[tie.k].id, DATA.actors[tie.a].id, DATA.actors[tie.b].id];
  // Who answers anew has seen how often.
  const fresh = { code: tie.c, kind, a, b, note: before?.note ?? "", blind: blind && !before };
  const kept = patch.answer ? fresh : before;
  changeSession({ judgements: { ...judgements, [tie.c]: { ...kept, sector, ...patch } } }, name);
  if (patch.answer) tell(`${say(patch.answer)}. ${doneSoFar(network())}`);
}

function takeBack(tie) {
  const { [tie.c]: gone, ...judgements } = state.session.judgements;
  changeSession({ judgements });
}

function doneSoFar(net) {
  const done = net.rows.filter(({ tie }) => state.session.judgements[tie.c]).length;
  return say("session_done", { n: done, of: many(net.rows.length, "n_ties") });
}

function answerPart(tie) {
  const given = state.session.judgements[tie.c];
  const answers = ["confirmed", "denied", "unsure"].map((answer) =>
    button(`answer-${answer}`, `${MARKS[answer]} ${say(answer)}`, () => judge(tie, { answer }), { class: `answer ${answer}`, "aria-pressed": String(given?.answer === answer) }),
  );
  const note = make("textarea", { id: "answer-note", rows: 3, maxlength: LONGEST_NOTE, on: { input: (event) => judge(tie, { note: event.target.value }, `note ${tie.c}`) } });
  note.value = given?.note ?? "";
  return [make("p", { class: "ask" }, make("strong", {}, said(DATA.kinds[tie.k].asks))), make("div", { class: "answers" }, answers), given ? field("answer-note", "note", note) : null, given ? button("answer-away", say("answer_away"), () => takeBack(tie)) : null];
}

// The ties of the view in the order of their codes, which tells nothing of their strength; each seat begins at another, so that a
// room that runs out of time has judged them all.
function nextTie() {
  const ties = network().rows.map(({ tie }) => tie).sort((x, y) => (x.c < y.c ? -1 : 1));
  const picked = ties.findIndex((tie) => tie.c === state.picked?.tie);
  const begin = picked >= 0 ? picked + 1 : parseInt(crc32(state.session.seat), 16) % Math.max(1, ties.length);
  const after = [...ties.slice(begin), ...ties.slice(0, begin)].find((tie) => !state.session.judgements[tie.c]);
  if (after) {
    pickTie(after.c);
    bringInPicked();
    tell(`${say("tie_title", { code: after.c })}: ${say("and", { a: DATA.actors[after.a].name, b: DATA.actors[after.b].name })}`);
  } else tell(say("session_all_done"));
}

function seatPart(net) {
  const { session } = state;
  const left = net.rows.some(({ tie }) => !session.judgements[tie.c]);
  const tie = TIES.get(state.picked?.tie);
  return [
    make("h2", {}, session.name),
    make("p", { class: "soft" }, `${day(session.date)}. ${say("session_seat", { seat: session.seat })}`),
    make("p", { id: "session-done" }, doneSoFar(net)),
    left ? null : make("p", {}, say("session_all_done")),
    button("session-next", say("session_next"), nextTie, { class: "strong", disabled: !left }),
    tie ? make("section", { class: "judging" }, tiePart(net, tie).slice(0, 2), answerPart(tie), tiePart(net, tie).slice(2)) : null,
    field("seat-sector", "sector_mine", sectorChoice("seat-sector", session.sector, (sector) => changeSession({ sector }))),
    missingTiePart(),
    missingActorPart(),
    missingList(),
    make("p", { id: "session-saved", class: "soft" }, unsaved() ? say("saved_no") : saved > 1 ? say("saved_yes") : ""),
    make("div", { class: "row" }, button("save-json", say("save_json"), () => saveJson(seatOfNow()), { class: "strong" }), button("save-csv", say("save_csv"), () => saveCsv(seatOfNow())), button("session-close", say(draft.close ? "close_sure" : "session_close"), closeSession)),
  ];
}

function closeSession() {
  // Where nothing is kept on the device, closing would lose what is in no file.
  if (unsaved() && !byId("not-kept").hidden && !draft.close) {
    draft.close = true;
    return drawPanel();
  }
  takeSeat(null);
  tell(say("session_closed"));
  byId("session-name")?.focus();
}

// --- what is missing

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

// --- files

const CRC = Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(text) {
  let sum = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) sum = CRC[(sum ^ byte) & 255] ^ (sum >>> 8);
  return ((sum ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0");
}

// What a seat said, as labkit feedback reads it; the sum tells a file changed by hand.
function exported(session) {
  const judgements = Object.values(session.judgements)
    .sort((x, y) => (x.code < y.code ? -1 : 1))
    .map(({ code, kind, a, b, answer, sector, note, blind }) => ({ code, kind, a, b, answer, sector, note, blind }));
  const missingTies = session.missing.map(({ kind, a, b, sector, note }) => ({ kind, a, b, sector, note }));
  const missingActors = session.actors.map(({ id, name, sector, note }) => ({ id, name, sector, note }));
  const whole = { labkit: "feedback", version: 1, lab: DATA.lab, map: session.map, session: session.name, date: session.date, seat: session.seat, saved: session.saved, sector: session.sector, judgements, missing_ties: missingTies, missing_actors: missingActors };
  return { ...whole, sum: crc32(JSON.stringify(whole)) };
}

const slug = (text) => plain(text).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40) || "senza-nome";

function save(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function saveJson(session) {
  const whole = exported(session);
  if (session.seat === state.session?.seat) inFile = saved;
  save(`risposte-${slug(DATA.lab)}-${slug(session.name)}-${session.seat}.json`, `${JSON.stringify(whole, null, 1)}\n`, "application/json");
  drawPanel();
}

// A cell that a spreadsheet would reckon is given as text.
function cell(value) {
  const text = String(value);
  const calm = /^\s*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return `"${calm.replaceAll('"', '""')}"`;
}

function saveCsv(session) {
  const whole = exported(session);
  const names = ["lab", "map", "session", "date", "seat", "code", "kind", "a", "b", "name_a", "name_b", "answer", "sector", "note", "blind"];
  const facts = { lab: whole.lab, map: whole.map, session: whole.session, date: whole.date, seat: whole.seat };
  const rows = [
    ...whole.judgements.map((one) => ({ ...one, name_a: nameOfId(one.a), name_b: nameOfId(one.b) })),
    ...whole.missing_ties.map((one) => ({ ...one, answer: "added", name_a: nameOfId(one.a), name_b: nameOfId(one.b) })),
    ...whole.missing_actors.map((one) => ({ answer: "added", kind: "actor", a: one.id, name_a: one.name, sector: one.sector, note: one.note })),
  ];
  const lines = [names, ...rows.map((row) => names.map((name) => ({ ...facts, ...row })[name] ?? ""))].map((row) => row.map(cell).join(";"));
  save(`risposte-${slug(DATA.lab)}-${slug(session.name)}-${session.seat}.csv`, `\ufeff${lines.join("\r\n")}\r\n`, "text/csv");
}
