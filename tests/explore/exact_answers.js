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
const engine = Exact.engine(asked.formulas);
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
