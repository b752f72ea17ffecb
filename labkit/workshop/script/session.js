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
