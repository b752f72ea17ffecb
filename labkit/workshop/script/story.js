// The story: steps with a title, a sentence and a view, walked through, written here, saved as story.yml.
const writing = { title: "", text: "" };

// The view of now, in the words of story.yml; what is as at the start is left out.
function viewNow() {
  const stop = STOPS[state.stop];
  const { k, x, y } = state.place;
  const view = { kind: DATA.kinds[state.kind].id };
  if (stop.from) view.years = [stop.from, stop.to];
  if (state.off.length) view.sectors = DATA.sectors.filter((_, s) => !state.off.includes(s)).map(({ id }) => id);
  if (state.body >= 0) view.body = DATA.bodies[state.body].id;
  if (state.initiative >= 0) view.initiative = DATA.initiatives[state.initiative].id;
  if (state.least > 1) view.least = state.least;
  if (state.sure) view.sure = true;
  if (state.voice !== "documents") view.according = state.voice;
  if (state.size !== "degree") view.size = state.size;
  if (state.show !== "map") view.show = state.show;
  if (state.picked?.tie) view.tie = state.picked.tie;
  else if (state.picked) view.actor = DATA.actors[state.picked.actor].id;
  if (k !== 1) view.place = [k, x, y].map((value) => Number(value.toFixed(3)));
  return view;
}

function patchOf(view) {
  const at = (list, id) => list.findIndex((one) => one.id === id);
  const [from, to] = view.years ?? [0, 0];
  const stop = STOPS.findIndex((one) => one.from === from && one.to === to);
  const [k, x, y] = view.place ?? [1, 0.5, 0.5];
  const actor = view.actor ? at(DATA.actors, view.actor) : -1;
  return {
    kind: Math.max(0, at(DATA.kinds, view.kind)),
    stop: Math.max(0, stop),
    off: view.sectors ? DATA.sectors.flatMap(({ id }, s) => (view.sectors.includes(id) ? [] : [s])) : [],
    body: view.body ? at(DATA.bodies, view.body) : -1,
    initiative: view.initiative ? at(DATA.initiatives, view.initiative) : -1,
    least: view.least ?? 1,
    sure: Boolean(view.sure),
    voice: view.according ?? "documents",
    size: view.size ?? "degree",
    show: view.show ?? "map",
    picked: view.tie ? { tie: view.tie } : actor >= 0 ? { actor } : null,
    place: { k, x, y },
  };
}

function goStep(step) {
  const wanted = within(step, 0, state.story.length - 1);
  change(calmed({ ...patchOf(state.story[wanted].view), step: wanted, tab: "story" }));
  tell(`${state.story[wanted].title}. ${state.story[wanted].text}`);
}

function storyPanel() {
  const { story, step } = state;
  const now = story[step];
  const walk = story.length
    ? make("div", { class: "row" }, button("story-back", say("story_back"), () => goStep(step - 1), { disabled: step <= 0 }), button("story-next", say("story_next"), () => goStep(step + 1), { class: "strong", disabled: step >= story.length - 1 }))
    : null;
  return [
    make("h2", {}, say("tab_story")),
    make("p", { class: "soft" }, story.length ? say("story_help") : `${say("story_none")} ${say("story_help")}`),
    walk,
    now ? make("section", { class: "telling" }, make("p", { class: "soft" }, say("story_step", { n: step + 1, of: story.length })), make("h3", {}, now.title), make("p", {}, now.text)) : null,
    story.length ? make("ol", { class: "steps" }, story.map(stepItem)) : null,
    ...writePart(),
  ];
}

function stepItem(one, n) {
  const { story } = state;
  const earlier = [...story.slice(0, n - 1), one, story[n - 1], ...story.slice(n + 1)];
  return make(
    "li",
    {},
    button(`step-${n}`, one.title, () => goStep(n), { class: "link", "aria-current": n === state.step ? "step" : null }),
    n ? button(`earlier-${n}`, "↑", () => change({ story: earlier, step: -1 }), { "aria-label": say("story_earlier", { n: n + 1 }) }) : null,
    button(`remove-${n}`, "✕", () => change({ story: story.filter((_, m) => m !== n), step: -1 }), { "aria-label": say("story_remove", { n: n + 1 }) }),
  );
}

function writePart() {
  const title = make("input", { id: "story-title", value: writing.title, maxlength: 120, autocomplete: "off", on: { input: (event) => (writing.title = event.target.value) } });
  const text = make("textarea", { id: "story-text", rows: 2, maxlength: 600, on: { input: (event) => (writing.text = event.target.value) } });
  text.value = writing.text;
  return [
    make("h3", {}, say("story_add")),
    field("story-title", "story_title", title),
    field("story-text", "story_text", text),
    make("div", { class: "row" }, button("story-add", say("add"), addStep), button("story-save", say("story_save"), saveStory, { disabled: !state.story.length })),
    make("p", { id: "story-wrong", role: "alert" }),
  ];
}

function addStep() {
  const [title, text] = [writing.title.trim(), writing.text.trim()];
  if (!title) {
    byId("story-wrong").textContent = say("story_needs_title");
    return;
  }
  Object.assign(writing, { title: "", text: "" });
  change({ story: [...state.story, { title, text, view: viewNow() }], step: state.story.length });
}

// YAML takes JSON for its values, so that no title can break the file.
function storyText() {
  const escaped = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const line = (value) => JSON.stringify(value).replace(/\\ud[89a-f]../g, "\ufffd").replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escaped);
  return state.story.map(({ title, text, view }) => `- title: ${line(title)}\n  text: ${line(text)}\n  view: ${line(view)}\n`).join("");
}

function saveStory() {
  save("story.yml", storyText(), "text/yaml");
}
