// The data of the page and how they are said. Nothing here changes while the page is open, but for the language.
const DATA = JSON.parse(document.getElementById("data").textContent);
const STOPS = [
  { from: 0, to: 0 },
  ...DATA.periods.map(([from, to]) => ({ from, to })),
  ...DATA.years.map((year) => ({ from: year, to: year })),
];
const SHARP = "http://www.w3.org/2000/svg";
let language = DATA.language;

const TIES = new Map(DATA.ties.map((tie) => [tie.c, tie]));

const byId = (id) => document.getElementById(id);

// A word of the page in the language of now; {name} is filled in.
function say(key, values = {}) {
  const text = DATA.words[language][key];
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

const said = (both) => both[language];

const times = (n) => (n === 1 ? say("once") : say("times", { n }));

// A number with its noun.
const many = (n, noun) => (n === 1 ? say(`${noun}_one`) : say(noun, { n }));

const counts = (net) => say("counted", { actors: many(net.here.size, "n_actors"), ties: many(net.rows.length, "n_ties") });

function figure(value, digits) {
  return value.toFixed(digits).replace(".", language === "it" ? "," : ".");
}

function day(iso) {
  if (iso.length < 10) return iso || say("undated");
  const month = DATA.words[language].months[Number(iso.slice(5, 7)) - 1];
  return `${Number(iso.slice(8, 10))} ${month} ${iso.slice(0, 4)}`;
}

function stopName(stop) {
  if (!stop.from) return say("all_years");
  return stop.from === stop.to ? String(stop.from) : `${stop.from}–${stop.to}`;
}

// One piece of evidence in a line: kind of document, body, day, and which part or project.
function eventLine(event) {
  const bodies = event.b.map((b) => DATA.bodies[b].label);
  const more = typeof event.x === "number" ? say("section", { n: event.x }) : event.x;
  return [say(event.k || "document"), ...bodies, day(event.d), more].filter(Boolean).join(", ");
}

// Letters without accents and case, for searching and sorting.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const byName = (a, b) => a.localeCompare(b, language, { sensitivity: "base" });

// An element with its attributes and children; text is always text.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const button = (id, text, act, more = {}) => make("button", { type: "button", id, on: { click: act }, ...more }, text);

function shape(tag, attributes) {
  const element = document.createElementNS(SHARP, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// Put new content into a place without taking the focus or the caret from who is typing there.
function fill(place, ...children) {
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const caret = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  const open = new Map([...place.querySelectorAll("details")].map((one) => [one.id, one.open]));
  place.replaceChildren(...children.flat().filter(Boolean));
  for (const one of place.querySelectorAll("details")) if (open.has(one.id)) one.open = open.get(one.id);
  if (!active || !active.id) return;
  const again = byId(active.id);
  if (!again || again.disabled || !place.contains(again)) {
    if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    return;
  }
  again.focus({ preventScroll: true });
  try {
    if (caret && caret[0] !== null) again.setSelectionRange(...caret);
  } catch {
    // Fields for days have no caret.
  }
}

let spoken = 0;
// Say something to those who listen to the page.
function tell(text) {
  byId("told").textContent = text + (spoken++ % 2 ? "\u00a0" : "");
}
