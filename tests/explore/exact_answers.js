// Asked by test_exact.py: reads {formulas, points, lines} or {polynomials, low, high, apart} and writes what `exact.js` answers.
const Exact = require("vm").runInThisContext(`${require("fs").readFileSync(process.argv[2], "utf8")}\nExact`);
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
if (asked.polynomials) {
  const [low, high, apart] = [asked.low, asked.high, asked.apart].map(Exact.parse);
  const answers = asked.polynomials.map((written) => {
    const set = written.map((p) => p.map(BigInt));
    return {
      roots: Exact.rootsOf(set, low, high, apart).map((root) => [Exact.text(root.low), Exact.text(root.high)]),
      may: set.map((p) => Exact.mayVanish(p, low, high)),
      apart: set.map((p) => set.map((q) => p !== q && Exact.apartModulo(p, q))),
    };
  });
  console.log(JSON.stringify(answers));
  process.exit();
}
if ("typed" in asked) {
  const value = Exact.parse(asked.typed);
  console.log(JSON.stringify(value && Exact.text(value)));
  process.exit();
}
const engine = Exact.engine(asked.formulas);
if (asked.most) {
  const plans = asked.points.map((point) => engine.plans(point.map(Exact.parse), asked.most));
  console.log(JSON.stringify(plans.map((found) => found && found.map(({ chosen, payoffs }) => [chosen, payoffs.map(Exact.text)]))));
  process.exit();
}
if (asked.map) {
  const [point, x, y, limits, wanted] = asked.map;
  const corner = limits.map((ends) => ends.map(Exact.parse));
  const here = point.map(Exact.parse);
  const at = (axis, k, of) => {
    const [low, high] = corner[axis];
    const width = Exact.minus(high, low);
    return Exact.minus(low, Exact.fraction(-width.n * BigInt(2 * k + 1), width.d * BigInt(2 * of)));
  };
  const box = corner.map((ends) => ends.map(Exact.toNumber));
  const drawing = Exact.mapped(engine.floats(here, x, y, box), box, 160, 120);
  let step = drawing.next();
  while (!step.done) step = drawing.next();
  const told = wanted.map(([i, j]) => {
    const place = here.slice();
    [place[x], place[y]] = [at(0, i, 160), at(1, 119 - j, 120)];
    const { word, standing } = engine.at(place);
    const close = engine.polynomials.some((p) => {
      if (!p.tops.has(x) && !p.tops.has(y)) return false; // its coefficient is exact
      const sizes = p.terms.map(([c, powers]) => [...powers].reduce((product, [v, power]) => product * Exact.toNumber(place[v]) ** power, Number(c)));
      return Math.abs(sizes.reduce((a, b) => a + b, 0)) < 1e-9 * sizes.reduce((a, b) => a + Math.abs(b), 0);
    });
    return [{ word, standing }, ...step.value[j * 160 + i], close];
  });
  console.log(JSON.stringify(told));
  process.exit();
}
const text = (q) => (q ? Exact.text(q) : null);
const at = (point) => point.map(Exact.parse);
const answers = asked.points.map((point) => {
  const found = engine.at(at(point));
  return {
    word: found.word, some: found.some, every: found.every, doubtful: found.doubtful, violated: found.violated,
    equilibria: found.equilibria.map((e) => [e.label, e.hedged, text(e.probability), e.payoffs && e.payoffs.map(text)]),
  };
});
const change = (found) => found && { low: text(found.root.low), high: text(found.root.high), beyond: found.beyond, to: found.to, crossed: found.crossed };
const limits = (l) => ({ ...l, low: Exact.parse(l.low), high: Exact.parse(l.high) });
const lines = asked.lines.map(([point, variable, range]) => {
  const found = engine.change(at(point), engine.at(at(point)).signs, variable, limits(range), "some");
  return { now: found.now, up: change(found.up ?? null), down: change(found.down ?? null) };
});
console.log(JSON.stringify({ answers, lines }));
