// What leaves the page: answers as JSON for labkit and as CSV for a spreadsheet.
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
