// The page: what stands on it, and what changes when a parameter moves. Numbers come from `Exact`; nothing is fetched but from the page's own
// server, if it has one.
//
// `data` : what whole.py writes, unpacked; `session` : of the open page, whatever it shows: its name for the server (`tab`) and the edited text that `data`
// comes from, if any; `ended` : a signal that this page gives way to that of another text.
function explore(data, session, ended) {
  const { parse, text, decimal, compare, minus, fraction, toNumber } = Exact;
  const formulas = data.formulas;
  const engine = formulas && Exact.engine(formulas);
  const parameters = data.parameters;
  const byName = new Map(parameters.map((p) => [p.name, p]));
  for (const p of parameters) p.limits = { low: parse(p.low), high: parse(p.high), lowOpen: p.lowOpen, highOpen: p.highOpen };
  const moving = parameters.filter((p) => !p.structural);
  const start = new Map(Object.entries(data.start).map(([name, value]) => [name, parse(value)]));
  const state = { point: new Map(start), among: "some", over: moving.slice(0, 2).map((p) => p.name) };

  const WORDS = {
    every: "The event is played in every equilibrium.",
    some: "The event is played in some equilibrium, and missed in another.",
    none: "The event is played in no equilibrium.",
    unknown: "Formulas do not tell here in how many equilibria the event is played.",
    invalid: "There is no game here: an assumption of the model fails.",
  };
  const SHORT = { every: "in every equilibrium", some: "in some, not every", none: "in none", unknown: "not told by formulas", invalid: "no game here" };
  const COLOURS = { every: [27, 94, 155], some: [111, 168, 220], none: [214, 214, 214], unknown: [227, 168, 40], invalid: [255, 255, 255] };

  // --- elements -------------------------------------------------------------------------------------------------------------------

  function h(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((c) => c !== null && c !== undefined));
    return element;
  }
  const fill = (element, ...children) => element.replaceChildren(...children.filter((c) => c !== null && c !== undefined));
  function table(caption, header, rows) {
    const cell = (c, k) => h(k ? "td" : "th", k ? {} : { scope: "row" }, c);
    return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
      h("table", {}, h("caption", {}, caption),
        h("thead", {}, h("tr", {}, ...header.map((t) => h("th", { scope: "col" }, t)))),
        h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell))))));
  }
  const both = (q) => (q.d === 1n ? text(q) : `${text(q)} (${decimal(q)})`);
  function made(html) {
    const holder = h("div", {});
    holder.innerHTML = html; // made by Python, which escapes what a model file says
    for (const wide of holder.querySelectorAll(".hedging-games")) {
      wide.tabIndex = 0; // it scrolls sideways on a small screen, also by keyboard
      wide.setAttribute("role", "region");
      wide.setAttribute("aria-label", wide.querySelector("caption, h3")?.textContent ?? "from Python");
    }
    return holder;
  }
  // A text that comes in pieces. In place of one that several texts share: how many of `pieces` lie between it and the one before.
  function joined(text) {
    let last = -1;
    return text.map((piece) => (typeof piece === "number" ? data.pieces[(last += 1 + piece)] : piece)).join("");
  }
  function picture(parts, alt) {
    const svg = joined(parts);
    const said = made((/<desc>([^<]*)</.exec(svg) ?? ["", alt])[1]).textContent;
    return h("figure", {}, h("img", { src: `data:image/svg+xml,${encodeURIComponent(svg)}`, alt: said }),
      h("figcaption", {}, `${alt} `, h("a", { href: `data:image/svg+xml,${encodeURIComponent(svg)}`, download: `${data.name}.svg` }, "Save this figure (SVG)")));
  }
  const slots = {};
  const section = (key, title) => h("section", { "aria-labelledby": `${key}-title` }, h("h2", { id: `${key}-title` }, title), (slots[key] = h("div", {})));

  // --- the point --------------------------------------------------------------------------------------------------------------------

  const controls = new Map();
  // A step such that a range has 50 to 125 of them: 1, 2 or 5 times a power of ten.
  function stepOf({ low, high }) {
    const width = minus(high, low);
    let step = fraction(1n);
    const fits = (s, most) => compare(width, fraction(s.n * most, s.d)) <= 0;
    while (!fits(step, 100n)) step = fraction(step.n * 10n, step.d);
    while (fits(step, 10n) && width.n > 0n) step = fraction(step.n, step.d * 10n);
    for (const factor of [5n, 2n]) if (fits(fraction(step.n, step.d * factor), 125n)) return fraction(step.n, step.d * factor);
    return step;
  }
  function control(p) {
    const q = p.limits;
    const step = stepOf(q);
    const width = minus(q.high, q.low);
    const count = Number((width.n * step.d) / (width.d * step.n));
    const valueOf = (k) => fraction(q.low.n * step.d + BigInt(k) * step.n * q.low.d, q.low.d * step.d);
    const last = q.highOpen && compare(valueOf(count), q.high) === 0 ? count - 1 : count;
    const slider = h("input", { type: "range", min: q.lowOpen ? 1 : 0, max: last, step: 1, "aria-label": `${p.name}, slider`,
      oninput: () => move(p.name, valueOf(slider.value)) });
    const wrong = h("p", { class: "wrong", id: `${p.name}-wrong`, role: "alert" });
    const entry = h("input", { type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false", "aria-label": `${p.name}, exact value`,
      "aria-describedby": `${p.name}-wrong`,
      onchange: () => {
        const value = parse(entry.value);
        entry.setAttribute("aria-invalid", value ? "false" : "true");
        if (value) move(p.name, value);
        else wrong.textContent = `'${entry.value}' is not a number: write for example 1/3, 0.25 or 2.`;
      } });
    const show = () => {
      const value = state.point.get(p.name);
      const offset = minus(value, q.low);
      slider.value = Math.round(toNumber(fraction(offset.n * step.d, offset.d * step.n)));
      slider.setAttribute("aria-valuetext", both(value));
      entry.value = text(value);
      entry.setAttribute("aria-invalid", "false");
      const below = compare(value, q.low) < (q.lowOpen ? 1 : 0);
      const above = compare(value, q.high) > (q.highOpen ? -1 : 0);
      wrong.textContent = below || above ? `Outside its declared range ${p.range}.` : "";
    };
    controls.set(p.name, show);
    const fixed = p.structural && !data.served;
    if (fixed) {
      slider.disabled = entry.disabled = true;
    }
    return h("fieldset", { class: "parameter" }, h("legend", {}, p.name),
      h("small", {}, `${p.meaning}${p.unit ? ` (${p.unit})` : ""}; range ${p.range}${p.structural ? "; decides the form of the game" : ""}`),
      h("div", { class: "row" }, slider, entry), wrong);
  }
  function move(name, value) {
    state.point.set(name, value);
    update();
  }
  function go(values) {
    for (const [name, value] of Object.entries(values)) state.point.set(name, parse(value));
    update();
  }
  const settings = () => [...state.point].filter(([name, value]) => compare(value, parse(byName.get(name).baseline)) !== 0);
  const vector = () => formulas.names.map((name) => state.point.get(name));
  // Formulas hold for the structural parameters they were derived with.
  const derivedHere = () => parameters.every((p) => !p.structural || compare(state.point.get(p.name), start.get(p.name)) === 0);

  // --- the state in the address ---------------------------------------------------------------------------------------------------

  function write() {
    const words = settings().map(([name, value]) => `${name}=${text(value)}`);
    words.push(`over=${state.over.join(",")}`, `among=${state.among}`);
    history.replaceState(null, "", `#${words.join("&")}`);
  }
  function read() {
    if (location.hash.length < 2) return;
    for (const p of parameters) state.point.set(p.name, parse(p.baseline));
    for (const word of decodeURIComponent(location.hash.slice(1)).split("&")) {
      const [name, value] = word.split("=");
      if (name === "over" && value.split(",").every((n) => moving.some((p) => p.name === n))) state.over = value.split(",").slice(0, 2);
      else if (name === "among" && (value === "some" || value === "every")) state.among = value;
      else if (byName.has(name) && parse(value ?? "")) state.point.set(name, parse(value));
    }
  }

  // --- the answer -------------------------------------------------------------------------------------------------------------------

  function polynomialText(k) {
    const said = (powers) => [...powers].map(([v, e]) => formulas.names[v] + (e > 1 ? `^${e}` : "")).join("·");
    return engine.polynomials[k].terms.map(([c, powers], place) => {
      const size = c < 0n ? -c : c;
      const sign = c < 0n ? (place ? " − " : "−") : place ? " + " : "";
      return sign + (powers.size ? (size === 1n ? "" : `${size}·`) + said(powers) : `${size}`);
    }).join("");
  }
  const incentives = formulas && engine.reaches([formulas.some, formulas.every, ...formulas.outcomes.map((o) => o.stands)]);
  const assumed = formulas && engine.reaches(formulas.assumptions.map((a) => a.node));
  function binding(found) {
    const isPlayed = (k) => incentives.has(k) || assumed.has(k);
    const ties = engine.ties(found.signs).filter((t) => t.changes || isPlayed(t.polynomial));
    if (!ties.length) return h("p", {}, "Nothing is tied at this point: every comparison is strict.");
    const rows = ties.map(({ polynomial: k, changes }) => [
      `${polynomialText(k)} = 0`,
      (formulas.because[k] ?? []).join("; ") || (assumed.has(k) ? "an assumption of the model" : isPlayed(k) ? "a comparison" : "the end of a range, or of what formulas tell"),
      !isPlayed(k) ? "beyond it, formulas tell less" : changes ? "yes" : "no",
    ]);
    rows.sort((a, b) => (a[2] < b[2] ? 1 : a[2] > b[2] ? -1 : 0)); // those that change it first
    return table("tied at this point", ["equality", "who would otherwise do what", "changes the answer if it gives way"], rows);
  }
  function equilibria(found) {
    const parts = [];
    if (found.violated.length) parts.push(h("p", {}, `Fails here: ${found.violated.join("; ")}.`));
    if (found.word === "invalid") return parts;
    if (formulas.kind === "event") {
      if (found.word === "unknown") parts.push(h("p", {}, "Here the condition was not derived, or the point lies outside the declared ranges: whether there are equilibria beyond those that were followed is not known, and nothing is guessed. Python can solve the game at this point."));
      parts.push(h("p", { class: "note" }, "Formulas tell of the event only, in the declared ranges, as far as its condition was derived; equilibria themselves are listed below where Python has solved the game."));
    } else if (found.degenerate) {
      parts.push(h("p", {}, "The game is degenerate here, and formulas do not list its equilibria."));
    } else {
      const header = [formulas.kind === "path" ? "path of play" : "equilibrium", "event", ...formulas.players];
      parts.push(table(`${found.equilibria.length} found; ${data.concept.name}`, header, found.equilibria.map((e) => [
        e.label,
        e.probability ? `${both(e.probability)}` : e.hedged ? "played" : "not played",
        ...formulas.players.map((_, k) => (e.payoffs ? both(e.payoffs[k]) : "depends on the mixture")),
      ])));
      parts.push(h("p", { class: "note" }, found.doubtful
        ? "Someone is indifferent: there may be more equilibria, in which ties are mixed. They are counted in the sentence above, not listed."
        : formulas.kind === "path" ? "Complete: every path of play of an equilibrium. The event's column is its probability." : "Complete: all of them."));
    }
    if (formulas.tree) parts.push(...strategies(engine.plans(vector(), MOST_PLANS)));
    if (!formulas.complete) parts.push(h("p", { class: "note" }, "Not every equilibrium was followed: what is said of some and none is of those that were."));
    if (formulas.told) parts.push(h("p", { class: "note" }, "That nothing is left out rests on z3's word, without a proof of our own."));
    return parts;
  }
  const MOST_PLANS = 24;
  function strategies(plans) {
    if (!plans) return [h("p", { class: "note" }, `Whole strategies: over ${MOST_PLANS} pure ones are equilibria here, or of a subgame; they are not listed.`)];
    const cells = ({ chosen, payoffs }) => [chosen.map(([label, action]) => `${label}: ${action}`).join("; "), ...payoffs.map(both)];
    return [table(`whole strategies: ${plans.length} in pure ones`, ["what is chosen, wherever play may come to", ...formulas.players], plans.map(cells)),
      h("p", { class: "note" }, plans.length > 1 ? "Complete: every equilibrium in pure strategies. As someone is indifferent, there are others in which they mix."
        : "Complete: there is no other, as nobody is indifferent anywhere.")];
  }
  function changeText(found, way, here, name) {
    if (!found) return null;
    const to = `${found.to === null ? "no longer told by formulas" : found.to ? "begins" : "ends"}${found.crossed ? " (an assumption fails in between)" : ""}`;
    const difference = Exact.isRational(found.root) ? minus(found.root.low, here) : null;
    if (difference?.n === 0n) return `${way}, by however little: ${to}`;
    const by = difference ? `${way} by ${both(fraction(difference.n < 0n ? -difference.n : difference.n, difference.d))}, ` : "";
    return `${by}${found.beyond ? "just past" : "at"} ${name} = ${Exact.rootText(found.root)}: ${to}`;
  }
  function nearer(a, b, here) {
    if (!a || !b) return a || b;
    const away = (f) => Math.abs(toNumber(minus(Exact.half(f.root.low, f.root.high), here)));
    if (Exact.isRational(a.root) && Exact.isRational(b.root)) {
      const [up, down] = [minus(a.root.low, here), minus(here, b.root.low)];
      return compare(up, down) <= 0 ? a : b;
    }
    Exact.rootText(a.root);
    Exact.rootText(b.root);
    return away(a) <= away(b) ? a : b;
  }
  // Row by row, so that a hand on a slider has its turn in between.
  function changes(signs, done) {
    const point = vector();
    const rows = [];
    const next = () => {
      const k = rows.length;
      const name = formulas.names[k];
      const found = engine.change(point, signs, k, byName.get(name).limits, state.among);
      if (found.now === null) return done(h("p", {}, "Formulas do not tell the event here, so no change of it is told."));
      const nearest = nearer(found.up, found.down, point[k]);
      const ways = nearest === found.up ? ["up", "down"] : ["down", "up"];
      const [first, second] = ways.map((way) => changeText(found[way], way, point[k], name));
      rows.push([name, first ?? "no change of it does, within its range", second ?? (nearest ? "none" : "")]);
      if (rows.length < formulas.names.length) later = setTimeout(next);
      else done(table(`the smallest change that ends or begins the event in ${state.among} equilibrium, one parameter at a time`, ["parameter", "smallest change", "in the other direction"], rows));
      return null;
    };
    next();
  }
  function solvedHere() {
    return data.solved.find((s) => [...state.point].every(([name, value]) => compare(value, parse(s.point[name])) === 0));
  }

  let waiting = 0;
  let later = 0;
  function update() {
    if (ended.aborted) return;
    for (const show of controls.values()) show();
    write();
    const found = formulas && derivedHere() ? engine.at(vector()) : null;
    const word = found ? found.word : "unknown";
    slots.status.className = `status ${word}`;
    const said = found && found.word === "invalid" && !found.violated.length ? "There is no game here: a division by zero, or a probability below zero." : WORDS[word];
    slots.status.textContent = formulas ? said : data.hedge ? "This game and concept have no formulas that tell the answer everywhere." : "The model names no event.";
    fill(slots.equilibria, ...(found ? equilibria(found) : []));
    fill(slots.binds, found && found.word !== "invalid" ? binding(found) : h("p", {}, "Without formulas, nothing is told here."));
    const already = solvedHere();
    const plays = (already?.plays ?? []).flatMap(({ html, picture: svg }, k) => [
      h("h3", {}, `Play over time in equilibrium ${k}`), made(joined(html)), svg.length ? picture(svg, `Play over time in equilibrium ${k}.`) : null]);
    fill(slots.solved, already ? made(joined(already.html)) : h("p", {}, data.served ? "Not yet solved at this point." : "This file holds no solution at this point, and nothing is interpolated."),
      already || data.served ? null : h("p", {}, "To solve here: ", h("code", {}, command("solve"))), ...plays);
    if (data.served && !already) fill(slots.ask, h("button", { type: "button", onclick: ask }, "Solve exactly in Python"));
    else fill(slots.ask);
    const shown = found ? found.equilibria.filter((e) => data.paths[e.label]) : [];
    fill(slots.game, ...(shown.length ? shown.map((e) => picture(data.paths[e.label], `What is played on the path ${e.label}; off it, nothing is drawn.`))
      : already?.picture?.length ? [picture(already.picture, "The game at this point, with its equilibria.")]
      : data.picture.svg ? [picture(data.picture.svg, "The game, payoffs as formulas.")] : [made(joined(data.picture.html))]));
    fill(slots.share, ...sharing());
    clearTimeout(later);
    clearTimeout(boxesLater);
    later = setTimeout(() => {
      const told = (said) => {
        fill(slots.changes, said);
        if (formulas) drawMap();
      };
      if (found && found.word !== "invalid") changes(found.signs, told);
      else told(h("p", {}, "Without formulas, nothing is told here."));
    }, 40);
    clearTimeout(waiting);
    if (data.served && !formulas && !already) waiting = setTimeout(ask, 500);
  }

  // --- the map ----------------------------------------------------------------------------------------------------------------------

  const canvas = h("canvas", { width: 640, height: 480, role: "img", onclick: (event) => {
    const box = canvas.getBoundingClientRect();
    const place = [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
    state.over.forEach((name, k) => {
      const { low, high } = byName.get(name).limits;
      const step = stepOf({ low, high });
      const width = minus(high, low);
      const steps = BigInt(Math.round(place[k] * Number((width.n * step.d) / (width.d * step.n))));
      state.point.set(name, fraction(low.n * step.d + steps * step.n * low.d, low.d * step.d));
    });
    update();
  } });
  const CELL = 4; // pixels
  let drawn = { key: "", image: null };
  let boxesLater = 0;
  function drawMap() {
    const [x, y] = state.over.map((name) => formulas.names.indexOf(name));
    if (!derivedHere() || x === y) return;
    const point = vector();
    const limits = state.over.map((name) => byName.get(name).limits);
    const box = limits.map((q) => [toNumber(q.low), toNumber(q.high)]);
    const [[x0, x1], [y0, y1]] = box;
    const key = `${state.over} ${point.map((q, k) => (k === x || k === y ? "" : text(q)))}`;
    const [columns, rows] = [canvas.width / CELL, canvas.height / CELL];
    const pen = canvas.getContext("2d");
    clearTimeout(boxesLater);
    if (drawn.key !== key) {
      const drawing = Exact.mapped(engine.floats(point, x, y, box), box, columns, rows);
      const someBoxes = () => {
        const until = performance.now() + 15; // then a hand on a slider has its turn
        let step = drawing.next();
        while (!step.done && performance.now() < until) step = drawing.next();
        if (step.done) paint(step.value);
        else boxesLater = setTimeout(someBoxes);
      };
      someBoxes();
    } else {
      mark();
    }
    function paint(cells) {
      const image = h("canvas", { width: columns, height: rows });
      const pixels = new ImageData(columns, rows);
      cells.forEach(([word, set], place) => {
        const differs = (place % columns && cells[place - 1][1] !== set) || (place >= columns && cells[place - columns][1] !== set);
        COLOURS[word].forEach((c, k) => { pixels.data[4 * place + k] = differs ? c * 0.55 : c; });
        pixels.data[4 * place + 3] = 255;
      });
      image.getContext("2d").putImageData(pixels, 0, 0);
      drawn = { key, image };
      mark();
    }
    function mark() {
      pen.imageSmoothingEnabled = false;
      pen.drawImage(drawn.image, 0, 0, canvas.width, canvas.height);
      const a = ((toNumber(point[x]) - x0) / (x1 - x0)) * canvas.width;
      const b = (1 - (toNumber(point[y]) - y0) / (y1 - y0)) * canvas.height;
      for (const [colour, width] of [["#fff", 8], ["#000", 4]]) {
        pen.strokeStyle = colour;
        pen.lineWidth = width;
        pen.beginPath();
        pen.arc(a, b, 12, 0, 7);
        pen.stroke();
      }
    }
    canvas.setAttribute("aria-label", `Phase map: ${state.over[0]} to the right from ${limits[0].low.n}/${limits[0].low.d}, ${state.over[1]} upwards. The point is at ${text(point[x])}, ${text(point[y])}: ${slots.status.textContent}`);
    slots.ranges.textContent = state.over.map((name, k) => `${k ? "upwards" : "to the right"}: ${name} over ${byName.get(name).range}`).join("; ");
  }
  function axes() {
    const choose = (k) => h("select", { "aria-label": k ? "vertical parameter of the map" : "horizontal parameter of the map", onchange: (event) => {
      if (state.over[1 - k] === event.target.value) state.over[1 - k] = state.over[k];
      state.over[k] = event.target.value;
      slots.axes.replaceWith((slots.axes = axes()));
      update();
    } }, ...moving.map((p) => h("option", { value: p.name, selected: p.name === state.over[k] }, p.name)));
    return h("p", {}, "Horizontal: ", choose(0), " vertical: ", choose(1));
  }
  function legend() {
    const swatch = (colour) => {
      const box = h("canvas", { width: 16, height: 16, "aria-hidden": "true" });
      box.style.cssText = "display:inline-block;width:1em;height:1em;vertical-align:-0.15em;margin-right:0.3em";
      const pen = box.getContext("2d");
      pen.fillStyle = `rgb(${colour.join()})`;
      pen.fillRect(0, 0, 16, 16);
      return box;
    };
    return h("ul", { class: "legend" }, ...Object.keys(COLOURS).map((word) => h("li", {}, swatch(COLOURS[word]), SHORT[word])));
  }

  // --- what to take along -----------------------------------------------------------------------------------------------------------

  const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\"'\"'")}'`);
  const command = (verb) => ["hedging-games", verb, ...data.words, ...settings().flatMap(([name, value]) => ["--set", `${name}=${text(value)}`])].map(quoted).join(" ");
  function python() {
    const values = settings().map(([name, value]) => `${name}="${text(value)}"`).join(", ");
    const grid = data.levels === null ? "" : `.on_grid(${data.levels})`;
    const concept = data.asked_concept ? `, ${JSON.stringify(data.asked_concept)}` : "";
    return `import hedging_games as hg\n\nmodel = hg.load(${JSON.stringify(data.named)})${grid}\nprint(hg.solve(model.at(${values})${concept}))`;
  }
  function sharing() {
    const link = location.protocol === "file:" ? location.href : location.href.replace(/([?&])token=[^&#]*/, "$1token=…");
    const entries = [["Link to this view", link], ["Command that opens this view", command("explore")], ["Command that solves this point", command("solve")],
      ["Python", python()], ...data.citations.map(([what, how]) => [`To cite ${what}`, how])];
    const unsaved = session.text === undefined ? [] : [h("p", { class: "note" }, "The model file is being edited: commands and Python read the file, so save it first.")];
    return [...unsaved, ...entries.map(([title, value]) => h("div", {}, h("h3", {}, title, " ", h("button", { type: "button", "aria-label": `Copy: ${title}`, onclick: (event) => copy(value, event.target) }, "Copy")), h("pre", { tabindex: 0, "aria-label": title }, value)))];
  }
  async function copy(value, button) {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      const held = h("textarea", { "aria-label": "to copy" });
      held.value = value;
      document.body.append(held);
      held.select();
      document.execCommand("copy");
      held.remove();
    }
    button.textContent = "Copied";
  }

  // --- the server, if there is one ------------------------------------------------------------------------------------------------------

  let asking = null;
  function solving(path, body) {
    asking?.abort();
    asking = new AbortController();
    return post(data.served, session, path, { ...body, text: session.text }, asking.signal);
  }
  const stop = () => h("button", { type: "button", onclick: () => post(data.served, session, "/cancel", {}) }, "Stop");
  async function ask() {
    const point = Object.fromEntries([...state.point].map(([name, value]) => [name, text(value)]));
    fill(slots.ask, h("p", {}, "Python is solving the game at this point … ", stop()));
    try {
      data.solved.push({ point, ...(await solving("/solve", { point })) });
      update();
    } catch (problem) {
      if (problem.name !== "AbortError") fill(slots.ask, h("p", { class: "wrong" }, `No answer: ${problem.message}. `), h("button", { type: "button", onclick: ask }, "Ask again"));
    }
  }
  async function askClaims() {
    fill(slots.claims, h("p", {}, "Python is examining the claims … ", stop()));
    try {
      fill(slots.claims, made((await solving("/claims", {})).html));
    } catch (problem) {
      fill(slots.claims, h("p", {}, problem.name === "AbortError" ? "Stopped: another question was asked. " : `No answer: ${problem.message}. `), h("button", { type: "button", onclick: askClaims }, "Ask again"));
    }
  }

  // --- the whole ------------------------------------------------------------------------------------------------------------------------

  function cases() {
    const points = [["baseline", Object.fromEntries(parameters.map((p) => [p.name, p.baseline])), ""], ...data.cases.map((c) => [c.name, c.values, c.note])];
    return h("p", {}, "Go to: ", ...points.flatMap(([name, values, note]) => [h("button", { type: "button", title: note || null, onclick: () => go(values) }, name), " "]));
  }
  function amongs() {
    return h("fieldset", { class: "parameter" }, h("legend", {}, "The event is looked for in"), ...["some", "every"].flatMap((among) => [
      h("label", {}, h("input", { type: "radio", name: "among", checked: among === state.among, onchange: () => {
        state.among = among;
        update();
      } }), ` ${among} equilibrium `)]));
  }
  read();
  addEventListener("hashchange", () => {
    read();
    update();
  }, { signal: ended });
  slots.status = h("p", { role: "status", "aria-live": "polite", class: "status" });
  const left = h("div", {}, h("h2", {}, "Parameters"), cases(), ...parameters.map(control));
  const right = h("div", {},
    h("h2", {}, "The answer"), h("p", { class: "note" }, `The event: ${data.hedge ?? "none"}. Equilibria: ${data.concept.name} (${data.concept.meaning}; ${data.concept.source}).`), slots.status,
    (slots.equilibria = h("div", {})), section("binds", "What binds"),
    section("changes", "What would change it"), formulas ? amongs() : null,
    section("map", "Phase map"), section("game", "The game"), section("solved", "Solved by Python at this point"), (slots.ask = h("div", { "aria-live": "polite" })),
    section("claims", "Claims and verdicts"), section("share", "Take it along"), section("story", "About the model"));
  slots.ranges = h("p", { class: "note" });
  slots.axes = axes();
  fill(slots.map, ...(formulas && moving.length > 1 ? [slots.axes, canvas, slots.ranges, legend(),
    h("p", { class: "note" }, "Drawn in floats, for the eye; dark lines part different sets of equilibria. The answer at the point is exact. A click moves the point; so do the sliders.")]
    : [h("p", {}, "There is no map without formulas: see hedging-games plot.")]));
  fill(slots.story, ...data.story.map((t) => h("p", {}, t)), h("p", { class: "note" }, `Made by hedging_games ${data.version}.`));
  fill(document.getElementById("page"), h("div", { class: "columns" }, left, right));
  document.querySelector("h1").textContent = data.title;
  if (data.served) fill(slots.claims, h("button", { type: "button", onclick: askClaims }, "Examine the claims"));
  else fill(slots.claims, made(data.claims));
  update();
}

// Asks the page's server; raises what it says is wrong.
async function post(served, session, path, body, signal) {
  const headers = { "Content-Type": "application/json", "X-Token": served.token };
  const sent = JSON.stringify({ ...body, model: served.model, tab: session.tab });
  const answer = await fetch(path, { method: "POST", signal, body: sent, headers, keepalive: path === "/cancel" });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

// What was computed beforehand: JSON, deflated, in base64.
async function unpacked(written) {
  const deflated = new Blob([Uint8Array.from(atob(written), (c) => c.charCodeAt(0))]);
  return new Response(deflated.stream().pipeThrough(new DecompressionStream("deflate-raw"))).json();
}

(async () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const beforehand = document.getElementById("beforehand").textContent;
  if (beforehand && !window.DecompressionStream) {
    document.getElementById("page").textContent = "This page needs a browser of the year 2023, or a later one.";
    return;
  }
  if (beforehand) Object.assign(data, await unpacked(beforehand));
  const session = { tab: crypto.randomUUID(), text: undefined };
  let ended = new AbortController();
  explore(data, session, ended.signal);
  if (!data.served) return;

  const { served } = data;
  const page = document.getElementById("page");
  const make = (tag, attributes, ...children) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  };
  const old = make("p", { className: "wrong" });
  old.setAttribute("role", "status");
  const ask = (path, body, signal) => post(served, session, path, body, signal);
  const ways = {
    served, name: data.name, post: ask,
    show: (edited, text) => {
      ended.abort();
      ended = new AbortController();
      session.text = text;
      explore(edited, session, ended.signal);
    },
    stale: (why) => {
      old.textContent = why;
      page.classList.toggle("stale", why !== "");
    },
  };
  const holder = make("div", {});
  const file = make("details", {}, make("summary", {}, "Edit the model file"), holder);
  const open = () => {
    if (file.open && !holder.firstChild) ModelEditor.open(holder, ways);
  };
  file.addEventListener("toggle", open);
  const choice = make("select", {}, ...served.models.map(([name, title]) => make("option", { value: name, selected: name === served.model }, `${title} (${name})`)));
  choice.addEventListener("change", () => {
    location.href = `/model/${encodeURIComponent(choice.value)}?token=${served.token}`;
  });
  const models = make("nav", {}, make("label", {}, "Model: ", choice));
  models.setAttribute("aria-label", "Models");
  page.before(models, file, old);
  // A file that was changed since the server read it is opened in the editor, which finds what is new.
  ask("/text", {}).then(({ stamp }) => { file.open ||= stamp !== served.stamp; }, () => {});
  addEventListener("pagehide", () => ask("/cancel", {}).catch(() => {}));
})();
