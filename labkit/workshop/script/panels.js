// The panel at the side: what is picked, sectors and bridges.
const TABS = ["pick", "sectors", "story", ...(DATA.judging ? ["session"] : [])];

function drawPanel() {
  for (const tab of TABS) {
    const chosen = state.tab === tab;
    const control = byId(`tab-${tab}`);
    control.setAttribute("aria-selected", String(chosen));
    control.tabIndex = chosen ? 0 : -1;
    byId(`panel-${tab}`).hidden = !chosen;
    if (!chosen) byId(`panel-${tab}`).replaceChildren();
  }
  const content = { pick: pickPanel, sectors: sectorsPanel, story: storyPanel, session: sessionPanel }[state.tab];
  fill(byId(`panel-${state.tab}`), content(network()));
}

byId("tabs").addEventListener("keydown", (event) => {
  const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!way) return;
  const tab = TABS[(TABS.indexOf(state.tab) + way + TABS.length) % TABS.length];
  change({ tab });
  byId(`tab-${tab}`).focus();
});
for (const tab of TABS) byId(`tab-${tab}`).addEventListener("click", () => change({ tab }));

function pickPanel(net) {
  if (state.picked?.tie) {
    const tie = TIES.get(state.picked.tie);
    return tie ? [...tiePart(net, tie), clearButton()] : nothingPicked();
  }
  return state.picked ? [...actorPart(net, state.picked.actor), clearButton()] : nothingPicked();
}

const nothingPicked = () => [make("h2", {}, say("pick")), make("p", {}, say("pick_help"))];

const clearButton = () => button("clear", say("close"), () => change({ picked: null }));

function actorPart(net, i) {
  const near = [...(net.near.get(i) ?? [])].sort((x, y) => (state.session?.blind ? 0 : y.n - x.n) || byName(DATA.actors[x.other].name, DATA.actors[y.other].name));
  const tied = near.length === 1 ? say("tied_one") : near.length ? say("tied", { n: near.length }) : say("nobody");
  const items = near.map((row) => {
    const { other, tie } = row;
    const count = make("span", { class: "often" }, often(row));
    const open = button(`open-${tie.c}`, say("tie_title", { code: tie.c }), () => pickTie(tie.c), { class: "link" });
    const name = make("span", {}, DATA.actors[other].name);
    return make("li", {}, make("details", { id: `near-${tie.c}` }, make("summary", {}, name, count), evidencePart(net, tie), open));
  });
  return [
    make("h2", {}, DATA.actors[i].name),
    make("p", {}, `${said(DATA.sectors[net.sector[i]].label)}. ${tied}`),
    make("ul", { class: "near" }, items),
  ];
}

// Where a tie comes from, as far as the view and the session let it be seen.
function evidencePart(net, tie) {
  if (hidden(tie)) return make("p", { class: "soft" }, say("evidence_blind"));
  if (!tie.e.length) return make("p", { class: "soft" }, say("evidence_none"));
  const inside = tie.e.filter((event) => net.inside[event]);
  const items = inside.map((n) => {
    const event = DATA.events[n];
    return make("li", {}, eventLine(event), event.q ? make("q", { lang: DATA.language }, event.q) : null);
  });
  const rest = tie.e.length - inside.length;
  const outside = rest ? make("p", { class: "soft" }, rest === 1 ? say("outside_one") : say("outside", { n: rest })) : null;
  return make("div", {}, make("ol", { class: "evidence" }, items), outside);
}

// What workshops said of a tie, in the years of the view.
function saidBefore(tie) {
  const [yes, no, unsure, more] = answered(tie, STOPS[state.stop]);
  const counts = { yes: many(yes, "n_seats"), no: many(no, "n_seats"), unsure: many(unsure, "n_seats"), added: many(more, "n_seats") };
  return [yes + no + unsure ? say("said", counts) : "", more ? say("said_added", counts) : ""].filter(Boolean);
}

function tiePart(net, tie) {
  const row = counted(tie, net.inside, state);
  const ends = [tie.a, tie.b].map((i) =>
    make("li", {}, button(`end-${i}`, DATA.actors[i].name, () => pickActor(i), { class: "link" }), ` ${said(DATA.sectors[net.sector[i]].label)}`),
  );
  const lines = [said(DATA.kinds[tie.k].label) + (tie.s < 0 ? ` (${say("against")})` : "")];
  if (!hidden(tie) && row.n) lines[0] += `: ${often(row)}`;
  if (DATA.kinds[tie.k].sure && !hidden(tie)) lines.push(say(["sure_no", "sure_one", "sure_both"][tie.q]));
  if (!hidden(tie)) lines.push(...saidBefore(tie));
  return [
    make("h2", {}, say("tie_title", { code: tie.c })),
    make("ul", { class: "ends" }, ends),
    ...lines.map((line) => make("p", {}, line)),
    make("h3", {}, say("evidence")),
    evidencePart(net, tie),
  ];
}

// A table that scrolls by itself where it is broader than its panel.
const wide = (id, head, rows) => make("div", { class: "wide", tabindex: 0 }, make("table", { id }, head, make("tbody", {}, rows)));

function sectorsPanel(net) {
  const label = (s) => said(DATA.sectors[s].label);
  const rows = mixing(net).map(({ a, b, ties, possible, expected }) =>
    make("tr", {}, make("th", { scope: "row" }, a === b ? label(a) : say("and", { a: label(a), b: label(b) })), ...[ties, possible, `${Math.round((100 * ties) / possible)}%`, figure(expected, 1)].map((value) => make("td", {}, value))),
  );
  const head = (keys) => make("thead", {}, make("tr", {}, keys.map((key) => make("th", { scope: "col" }, say(key)))));
  const found = bridges(net).map(({ i, between, pairs }) =>
    make("tr", {}, make("th", { scope: "row" }, button(`bridge-${i}`, DATA.actors[i].name, () => pickActor(i), { class: "link" })), make("td", {}, figure(between, 2)), make("td", {}, pairs)),
  );
  return [
    make("h2", {}, say("mixing")),
    make("p", { class: "soft" }, say("mixing_help")),
    wide("mixing", head(["sectors_pair", "ties", "possible", "share", "expected"]), rows),
    make("h2", {}, say("bridges")),
    make("p", { class: "soft" }, found.length ? say("bridges_help") : say("no_bridges")),
    found.length ? wide("bridges", head(["actor", "between", "pairs"]), found) : null,
  ];
}
