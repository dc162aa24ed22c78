"use strict";
// What a page computes, exactly: fractions of BigInts, signs of polynomials, a circuit of them (analysis/sweep/circuit.py), and where
// along one parameter the answer changes. No float decides anything here; only `floats` (for the map) computes in them.
const Exact = (() => {
  const abs = (a) => (a < 0n ? -a : a);
  const signOf = (a) => (a > 0n ? 1 : a < 0n ? -1 : 0);
  function gcd(a, b) {
    a = abs(a);
    b = abs(b);
    while (b) [a, b] = [b, a % b];
    return a;
  }

  // --- fractions: {n, d} in lowest terms, d positive -----------------------------------------------------------------------

  function fraction(n, d = 1n) {
    const g = (d < 0n ? -1n : 1n) * (gcd(n, d) || 1n);
    return { n: n / g, d: d / g };
  }
  const minus = (a, b) => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
  const plus = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
  const times = (a, b) => fraction(a.n * b.n, a.d * b.d);
  const half = (a, b) => fraction(a.n * b.d + b.n * a.d, 2n * a.d * b.d);
  const compare = (a, b) => signOf(a.n * b.d - b.n * a.d);
  const toNumber = (q) => Number(decimal(q, 20).replace(/[≈ ]/g, ""));
  const text = (q) => (q.d === 1n ? `${q.n}` : `${q.n}/${q.d}`);

  // "1/3", "0.25", "-2", ".5/1.5"; null for anything else.
  function parse(written) {
    const found = /^([+-]?)([0-9.]+)(?:\/([0-9.]+))?$/.exec(written.replace(/\s+/g, "").replace("\u2212", "-"));
    if (!found || written.length > 80) return null;
    const parts = [found[2], found[3] ?? "1"].map(decimalParsed);
    if (parts.includes(null) || parts[1].n === 0n) return null;
    const [a, b] = parts;
    return fraction((found[1] === "-" ? -1n : 1n) * a.n * b.d, a.d * b.n);
  }
  function decimalParsed(written) {
    const found = /^([0-9]*)(?:\.([0-9]*))?$/.exec(written);
    if (!found || !/[0-9]/.test(written)) return null;
    const after = found[2] ?? "";
    return fraction(BigInt((found[1] ?? "") + after || "0"), 10n ** BigInt(after.length));
  }

  // A decimal of so many places, "≈" before it where it is rounded (to the nearest, halves away from zero).
  function decimal(q, places = 4) {
    const scale = 10n ** BigInt(places);
    const whole = (abs(q.n) * scale * 2n + q.d) / (2n * q.d);
    const digits = whole.toString().padStart(places + 1, "0");
    const written = `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, "");
    return (whole * q.d === abs(q.n) * scale ? "" : "≈ ") + (q.n < 0n && whole ? "-" : "") + written;
  }

  // --- polynomials: [[coefficient, [[variable, power], ...]], ...] -----------------------------------------------------------

  // From [[coefficient, variable, power, variable, power, ...], ...]. `tops` : the highest power of each variable in it.
  function polynomial(given) {
    const tops = new Map();
    const terms = given.map(([c, ...rest]) => {
      const powers = [];
      for (let k = 0; k < rest.length; k += 2) {
        powers.push([rest[k], rest[k + 1]]);
        tops.set(rest[k], Math.max(tops.get(rest[k]) ?? 0, rest[k + 1]));
      }
      return [BigInt(c), new Map(powers)];
    });
    return { terms, tops };
  }

  // A term with all but two variables at a point, times what makes it an integer (positive, the same for all terms of the polynomial).
  function atPoint([c, powers], tops, point, free, other) {
    let product = c;
    for (const [v, top] of tops) {
      if (v === free || v === other) continue;
      const power = powers.get(v) ?? 0;
      for (let k = 0; k < top; k++) product *= k < power ? point[v].n : point[v].d;
    }
    return product;
  }
  // Its coefficients in one variable, lowest first, the others at a point, times a positive number: integers.
  function along(p, variable, point) {
    const found = Array(1 + (p.tops.get(variable) ?? 0)).fill(0n);
    for (const term of p.terms) found[term[1].get(variable) ?? 0] += atPoint(term, p.tops, point, variable, -1);
    return trimmed(found);
  }
  // Its coefficients in two variables, the others at a point, times a positive number, rounded to floats: [power of x][power of y].
  function plane(p, x, y, point) {
    const found = Array.from({ length: 1 + (p.tops.get(x) ?? 0) }, () => Array(1 + (p.tops.get(y) ?? 0)).fill(0n));
    for (const term of p.terms) found[term[1].get(x) ?? 0][term[1].get(y) ?? 0] += atPoint(term, p.tops, point, x, y);
    const largest = found.flat().reduce((a, c) => (abs(c) > a ? abs(c) : a), 0n);
    const beyond = BigInt(Math.max(0, 4 * largest.toString(16).length - 900)); // bits that no float has
    return found.map((inY) => Float64Array.from(inY, (c) => Number(c >> beyond)));
  }
  function valueAt(p, point) {
    let d = 1n;
    for (const [v, top] of p.tops) d *= point[v].d ** BigInt(top);
    return fraction(along(p, -1, point)[0] ?? 0n, d);
  }
  const signAt = (p, point) => signOf(along(p, -1, point)[0] ?? 0n);

  // --- polynomials in one variable: integer coefficients, lowest first ---------------------------------------------------------

  function trimmed(a) {
    let size = a.length;
    while (size && !a[size - 1]) size--;
    return a.slice(0, size);
  }
  const degree = (a) => a.length - 1;
  function primitive(a) {
    const g = a.reduce(gcd, 0n) || 1n;
    return a.map((c) => c / g);
  }
  function signIn(a, q) {
    let total = 0n;
    let scale = 1n;
    for (let k = a.length - 1; k >= 0; k--) {
      total = total * q.n + a[k] * scale;
      scale *= q.d;
    }
    return signOf(total);
  }
  const derivative = (a) => trimmed(a.slice(1).map((c, k) => c * BigInt(k + 1)));

  // Quotient and remainder of a by b, each up to a positive factor.
  function divided(a, b) {
    let quotient = Array(Math.max(1, a.length - b.length + 1)).fill(0n);
    const rest = reducedBy(a, b, (factor, shift, scale) => {
      quotient = quotient.map((c) => c * scale);
      quotient[shift] += factor;
    });
    return [primitive(trimmed(quotient)), rest];
  }
  const remainder = (a, b) => reducedBy(a, b, () => {});
  function reducedBy(a, b, step) {
    let rest = a;
    const lead = b[b.length - 1];
    while (rest.length >= b.length) {
      const shift = rest.length - b.length;
      const factor = rest[rest.length - 1] * BigInt(signOf(lead));
      step(factor, shift, abs(lead));
      rest = rest.map((c, k) => c * abs(lead) - (k >= shift ? factor * b[k - shift] : 0n));
      rest = trimmed(rest.slice(0, -1));
    }
    return primitive(rest);
  }
  // True only if two polynomials have no common factor: they have none modulo a prime, and neither has the first coefficient of one zero there.
  const PRIME = 32749; // so small that products of two remainders are small integers to the machine
  const reduced = new WeakMap();
  function modulo(a) {
    let found = reduced.get(a);
    if (!found) reduced.set(a, (found = Int32Array.from(a, (c) => (Number(c % BigInt(PRIME)) + PRIME) % PRIME)));
    return found;
  }
  const MOST_TERMS = 64;
  const rooms = [new Int32Array(MOST_TERMS), new Int32Array(MOST_TERMS)];
  function apartModulo(a, b) {
    let [n, m] = [a.length, b.length];
    if (Math.max(n, m) > MOST_TERMS || !modulo(a)[n - 1]) return false;
    let [f, g] = rooms;
    f.set(modulo(a));
    g.set(modulo(b));
    while (m && !g[m - 1]) m--;
    while (m > 1) {
      const lead = g[m - 1];
      while (n >= m) {
        const top = f[n - 1];
        const shift = n - m;
        for (let k = 0; k < shift; k++) f[k] = (f[k] * lead) % PRIME;
        for (let k = 0; k < m; k++) {
          const rest = (f[shift + k] * lead - top * g[k]) % PRIME;
          f[shift + k] = rest < 0 ? rest + PRIME : rest;
        }
        while (n && !f[n - 1]) n--;
      }
      [f, g, n, m] = [g, f, m, n];
    }
    return m === 1;
  }
  function common(a, b) {
    if (a.length && b.length && apartModulo(a, b)) return [1n];
    while (b.length) [a, b] = [b, remainder(a, b)];
    return primitive(a);
  }
  function squarefree(a) {
    const g = common(a, derivative(a));
    return degree(g) > 0 ? divided(a, g)[0] : primitive(a);
  }
  function sturm(a) {
    const chain = [a, derivative(a)];
    while (chain[chain.length - 1].length > 1) {
      const rest = remainder(chain[chain.length - 2], chain[chain.length - 1]);
      if (!rest.length) break;
      chain.push(rest.map((c) => -c));
    }
    return chain;
  }
  function variations(chain, q) {
    const signs = chain.map((a) => signIn(a, q)).filter((s) => s);
    return signs.slice(1).filter((s, k) => s !== signs[k]).length;
  }

  // Polynomials without squares, no two with a common root, which have the roots of the given ones.
  function coprime(given) {
    const basis = [];
    const waiting = given.slice().sort((a, b) => b.length - a.length); // small ones first: they are factors of others
    while (waiting.length) {
      let p = waiting.pop();
      for (let k = 0; k < basis.length && degree(p) > 0; k++) {
        const g = common(basis[k], p);
        if (degree(g) < 1) continue;
        const rest = divided(basis[k], g)[0];
        p = divided(p, g)[0];
        basis[k] = g;
        if (degree(rest) > 0) basis.push(rest);
      }
      if (degree(p) > 0) basis.push(p);
    }
    return basis;
  }

  // A root {low, high, of}: rational where low equals high, else the only root of `of` in (low, high).
  const isRational = (root) => compare(root.low, root.high) === 0;
  function narrow(root) {
    if (isRational(root)) return;
    const middle = half(root.low, root.high);
    const sign = signIn(root.of, middle);
    if (!sign) root.low = root.high = middle;
    else if (sign === signIn(root.of, root.low)) root.low = middle;
    else root.high = middle;
  }
  // The roots of the polynomials between two fractions, these included, in order and apart from each other.
  function rootsOf(polynomials, low, high, apart) {
    const keyed = new Map();
    const rational = [];
    for (const p of polynomials) {
      if (degree(p) < 1) continue;
      const reduced = primitive(p);
      if (degree(p) === 1) rational.push(fraction(-p[0], p[1]));
      else keyed.set((reduced[reduced.length - 1] < 0n ? reduced.map((c) => -c) : reduced).join(), reduced);
    }
    const found = new Map();
    const keep = (q) => {
      if (compare(q, low) >= 0 && compare(q, high) <= 0) found.set(text(q), { low: q, high: q });
    };
    rational.forEach(keep);
    const roots = [];
    for (let p of coprime([...keyed.values()].map(squarefree))) {
      for (const q of [low, high, apart, ...rational]) {
        if (degree(p) > 0 && signIn(p, q) === 0) {
          keep(q);
          p = divided(p, [-q.n, q.d])[0];
        }
      }
      roots.push(...isolated(p, low, high, keep));
    }
    const all = [...found.values(), ...roots];
    const meet = (a, b) => compare(a.low, b.high) <= 0 && compare(b.low, a.high) <= 0;
    const here = { low: apart, high: apart };
    for (const root of roots) {
      for (const other of [here, ...all]) {
        while (other !== root && meet(root, other)) {
          narrow(root);
          if (!isRational(other)) narrow(other);
        }
      }
    }
    return all.sort((a, b) => compare(a.low, b.low));
  }
  // False if a polynomial has no root from low to high: by Descartes' rule of signs for (1 + t)^n p((low + high t) / (1 + t)).
  function mayVanish(p, low, high) {
    if (signIn(p, low) === 0 || signIn(p, high) === 0) return true;
    if (degree(p) === 1) return signIn(p, low) !== signIn(p, high);
    const times = (a, [c, d]) => [...a, 0n].map((x, k) => x * c + (k ? a[k - 1] * d : 0n));
    const scale = low.d * high.d;
    let total = [0n];
    let bottom = [1n];
    for (let k = degree(p); k >= 0; k--) {
      total = times(total, [low.n * high.d, high.n * low.d]);
      total = total.map((x, place) => x + p[k] * (bottom[place] ?? 0n));
      bottom = times(bottom, [scale, scale]);
    }
    const signs = total.map(signOf).filter((s) => s);
    return signs.some((s) => s !== signs[0]);
  }
  function isolated(p, low, high, keep) {
    if (degree(p) < 1) return [];
    if (degree(p) === 1) {
      keep(fraction(-p[0], p[1]));
      return [];
    }
    const chain = sturm(p);
    const roots = [];
    const waiting = [[low, high]];
    while (waiting.length) {
      const [a, b] = waiting.pop();
      const count = variations(chain, a) - variations(chain, b);
      if (!count) continue;
      if (count === 1) {
        roots.push({ low: a, high: b, of: p });
        continue;
      }
      const middle = half(a, b);
      if (signIn(p, middle) === 0) {
        keep(middle);
        return isolated(divided(p, [-middle.n, middle.d])[0], low, high, keep);
      }
      waiting.push([a, middle], [middle, b]);
    }
    return roots;
  }
  // What a has in common with the polynomial of several roots.
  const known = new WeakMap();
  function shared(a, of) {
    if (!known.has(of)) known.set(of, new WeakMap());
    const here = known.get(of);
    if (!here.has(a)) here.set(a, common(a, of));
    return here.get(a);
  }
  function vanishes(a, root) {
    if (isRational(root)) return signIn(a, root.low) === 0;
    const g = shared(a, root.of);
    return degree(g) > 0 && signIn(g, root.low) !== signIn(g, root.high);
  }
  // A root as text: a fraction, or a decimal with its bounds.
  function rootText(root) {
    if (isRational(root)) return text(root.low) + (root.low.d === 1n ? "" : ` (${decimal(root.low)})`);
    const width = 10n ** 7n;
    while (!isRational(root) && minus(root.high, root.low).n * width > minus(root.high, root.low).d) narrow(root);
    return isRational(root) ? rootText(root) : `${decimal(half(root.low, root.high), 5)} (within 10^-5)`;
  }

  // The signs (bits for -1, 0, 1) that a polynomial in two variables may have in a box, in floats: those of its Bernstein coefficients.
  function signsIn(inX, [[x0, x1], [y0, y1]]) {
    const rows = inX.map((inY) => bernstein(inY, y0, y1));
    let signs = 0;
    for (let k = 0; k < rows[0].length; k++) {
      for (const c of bernstein(rows.map((row) => row[k]), x0, x1)) signs |= c > 0 ? 4 : c < 0 ? 1 : 2;
    }
    return (signs & 5) === 5 ? 7 : signs;
  }
  // The coefficients, from low to high, of a polynomial given by those of its powers (de Casteljau's scheme, in floats).
  function bernstein(powers, low, high) {
    const a = Float64Array.from(powers);
    const n = a.length - 1;
    for (let k = 0; k < n; k++) for (let j = n - 1; j >= k; j--) a[j] += a[j + 1] * low; // around low
    let width = 1;
    let chosen = 1; // n over k
    for (let k = 0; k <= n; k++) {
      a[k] *= width / chosen;
      width *= high - low;
      chosen = (chosen * (n - k)) / (k + 1);
    }
    for (let k = 0; k < n; k++) for (let j = n; j > k; j--) a[j] += a[j - 1];
    return a;
  }

  // --- the circuit ---------------------------------------------------------------------------------------------------------------

  const HOLDS = [(s) => s >= 0, (s) => s > 0, (s) => s <= 0, (s) => s < 0, (s) => s === 0, (s) => s !== 0];

  // `formulas` : what explore/formulas.py writes.
  function engine(formulas) {
    const polynomials = formulas.polynomials.map(polynomial);
    const { nodes } = formulas;
    const told = [formulas.valid, formulas.some, formulas.every, formulas.degenerate, formulas.doubtful, formulas.unsettled];
    if (formulas.mixed) told.push(...formulas.mixed);
    const standing = formulas.outcomes.map((o) => o.stands);
    const rational = ({ scale, top, bottom }) => ({ scale: parse(scale), top: polynomial(top), bottom: polynomial(bottom) });
    const worth = formulas.outcomes.map((o) => ({
      payoffs: o.payoffs && o.payoffs.map(rational),
      probability: o.probability && rational(o.probability),
    }));

    const tree = formulas.tree?.map((node) => ({ ...node, odds: node.odds?.map(rational), payoffs: node.payoffs?.map(rational) }));

    function needed(wanted) {
      const seen = new Set();
      const waiting = wanted.filter((n) => n >= 0);
      while (waiting.length) {
        const n = waiting.pop();
        if (seen.has(n)) continue;
        seen.add(n);
        if (nodes[n].length > 2 || typeof nodes[n][0] === "string") waiting.push(...nodes[n].slice(1).filter((m) => m >= 0));
      }
      return [...seen].sort((a, b) => a - b);
    }
    const ofStatus = needed(told);
    const ofAll = needed([...told, ...standing, ...formulas.outcomes.map((o) => o.hedged), ...formulas.assumptions.map((a) => a.node)]);
    const usedBy = (order) => [...new Set(order.filter((n) => typeof nodes[n][0] === "number").map((n) => nodes[n][0]))];

    // The circuit in arrays. Signs are sets: a bit for each of -1, 0 and 1 that a polynomial may have. Of an atom, `mask` is the set for which
    // it holds; of a gate, its operands stand in `operands` from `first` on. True and false are the two nodes after the last.
    const place = (n) => (n >= 0 ? n : nodes.length - 1 - n);
    const isAtom = Uint8Array.from(nodes, (node) => (typeof node[0] === "number" ? 1 : 0));
    const isAnd = Uint8Array.from(nodes, (node) => (node[0] === "&" ? 1 : 0));
    const asks = Int32Array.from(nodes, (node, n) => (isAtom[n] ? node[0] : -1));
    const mask = Uint8Array.from(nodes, (node, n) => (isAtom[n] ? [-1, 0, 1].reduce((bits, s) => bits | (HOLDS[node[1]](s) << (s + 1)), 0) : 0));
    const first = new Int32Array(nodes.length + 1);
    nodes.forEach((node, n) => { first[n + 1] = first[n] + (isAtom[n] ? 0 : node.length - 1); });
    const operands = Int32Array.from(nodes.flatMap((node, n) => (isAtom[n] ? [] : node.slice(1).map(place))));
    function unknown() {
      const known = new Uint8Array(nodes.length + 2);
      known[nodes.length] = 1;
      return known;
    }
    // Each node is found false (0), true (1), or left open by the signs.
    const OPEN = 2;
    function run(known, order, signs) {
      for (const n of order) {
        if (isAtom[n]) {
          const may = signs[asks[n]];
          const holds = may & mask[n];
          known[n] = !holds ? 0 : holds === may ? 1 : OPEN;
          continue;
        }
        // All of the operands for "and", else some: the first that decides it ends the search.
        const [all, end] = [isAnd[n], first[n + 1]];
        let found = all;
        for (let k = first[n]; k < end; k++) {
          const here = known[operands[k]];
          if (here === OPEN) found = OPEN;
          else if (here !== all) {
            found = here;
            break;
          }
        }
        known[n] = found;
      }
      return known;
    }
    // What still has to be asked to know `wanted` where each polynomial has one of the signs of its set: some of `order`, which is what has to
    // be asked when the other nodes are as `before`.
    function open(before, order, wanted, signs) {
      const known = run(before.slice(), order, signs);
      const seen = new Set();
      const waiting = wanted.map(place);
      while (waiting.length) {
        const n = waiting.pop();
        if (known[n] !== OPEN || seen.has(n)) continue;
        seen.add(n);
        for (let k = first[n]; k < first[n + 1]; k++) waiting.push(operands[k]);
      }
      const rest = Int32Array.from(order.filter((n) => seen.has(n)));
      return { known, rest, used: usedBy(rest) };
    }
    // What is told of the event (see analysis/sweep/blocks.py): none, some, every, unknown, or invalid where there is no game.
    function event(known) {
      const truth = (n) => known[place(n)] === 1;
      if (!truth(formulas.valid)) return { some: null, every: null, word: "invalid" };
      let some = truth(formulas.some);
      let every = truth(formulas.every);
      if (!formulas.complete) {
        some = some || null;
        every = every ? null : false;
      }
      if (truth(formulas.unsettled)) {
        [some, every] = formulas.mixed ? formulas.mixed.map(truth) : [null, null];
      }
      if (truth(formulas.degenerate)) some = every = null;
      const word = every ? "every" : some === false ? "none" : some && every === false ? "some" : "unknown";
      return { some, every, word };
    }
    const bit = (sign) => 1 << (sign + 1);
    const ZERO = bit(0);
    const ANY = bit(-1) | ZERO | bit(1);
    const signsAt = (point, used) => {
      const signs = new Uint8Array(polynomials.length);
      for (const k of used) signs[k] = bit(signAt(polynomials[k], point));
      return signs;
    };
    const value = ({ scale, top, bottom }, point) => {
      const [a, b] = [valueAt(top, point), valueAt(bottom, point)];
      return fraction(scale.n * a.n * b.d, scale.d * a.d * b.n);
    };

    const allUsed = usedBy(ofAll);
    const statusUsed = usedBy(ofStatus);

    function answer(signs) {
      const known = run(unknown(), ofAll, signs);
      const truth = (n) => known[place(n)] === 1;
      return {
        ...event(known),
        truth,
        standing: standing.flatMap((n, k) => (truth(n) ? [k] : [])),
        doubtful: truth(formulas.doubtful),
        degenerate: truth(formulas.degenerate),
        violated: formulas.assumptions.filter((a) => !truth(a.node)).map((a) => a.text),
      };
    }
    // Everything that formulas tell at a point, given as fractions in the order of `names`.
    function at(point) {
      const signs = signsAt(point, allUsed);
      const found = answer(signs);
      const equilibria = found.word === "invalid" || found.degenerate ? [] : found.standing;
      return {
        ...found,
        signs,
        equilibria: equilibria.map((k) => ({
          number: k,
          label: formulas.outcomes[k].label,
          hedged: found.truth(formulas.outcomes[k].hedged),
          payoffs: worth[k].payoffs && worth[k].payoffs.map((f) => value(f, point)),
          probability: worth[k].probability && value(worth[k].probability, point),
        })),
      };
    }
    // The pure subgame-perfect equilibria of the tree at a point, by backward induction: of each what is chosen everywhere, in the order of play,
    // and what it is worth. null if there are more than so many, there or in a subgame.
    function plans(point, most) {
      const from = (k) => {
        const { label, player, actions, next, odds, path } = tree[k];
        if (!next) return [{ chosen: [], payoffs: (path === undefined ? tree[k] : worth[path]).payoffs.map((f) => value(f, point)) }];
        let ways = [[]]; // of playing on after each action
        for (const child of next) {
          const there = from(child);
          if (!there || ways.length * there.length > most) return null;
          ways = ways.flatMap((way) => there.map((plan) => [...way, plan]));
        }
        const found = ways.flatMap((way) => {
          const chosen = way.flatMap((plan) => plan.chosen);
          if (odds) {
            const weights = odds.map((f) => value(f, point));
            return [{ chosen, payoffs: formulas.players.map((_, p) => way.map((plan, a) => times(weights[a], plan.payoffs[p])).reduce(plus)) }];
          }
          const values = way.map((plan) => plan.payoffs[player]);
          const isBest = (a) => values.every((other) => compare(values[a], other) >= 0);
          return actions.flatMap((action, a) => (isBest(a) ? [{ chosen: [[label, action], ...chosen], payoffs: way[a].payoffs }] : []));
        });
        return found.length > most ? null : found;
      };
      return from(0);
    }
    // The polynomials that are zero at the point, and whether the answer changes if they give way to one of their sides.
    function ties(signs) {
      const key = () => {
        const { word, standing: list } = answer(signs);
        return `${word} ${list}`;
      };
      const now = key();
      return allUsed
        .filter((k) => signs[k] === ZERO)
        .map((k) => {
          const changes = [1, -1].some((side) => {
            signs[k] = bit(side);
            return key() !== now;
          });
          signs[k] = ZERO;
          return { polynomial: k, changes };
        });
    }
    // From the point, where signs are those that `at` found, along a variable, up or down to `end`: the first place where the truth of `among`
    // (some, every) differs. {root, beyond, to, crossed}: at the root, or as soon as it is passed (`beyond`); null if nowhere.
    function change(point, start, variable, range, among) {
      const now = event(run(unknown(), ofStatus, start))[among];
      if (now === null) return { now };
      const here = point[variable];
      const low = compare(here, range.low) < 0 ? here : range.low;
      const high = compare(here, range.high) > 0 ? here : range.high;
      const lines = new Map();
      const free = start.slice();
      for (const k of statusUsed) {
        if (!polynomials[k].tops.has(variable)) continue;
        const line = along(polynomials[k], variable, point);
        if (line.length < 2 || !mayVanish(line, low, high)) continue;
        lines.set(k, line);
        free[k] = ANY;
      }
      // Only some of what may vanish on the line has a say in the answer, the others being as they are.
      const { known, rest, used: crossing } = open(unknown(), ofStatus, told, free);
      const roots = rootsOf(crossing.map((k) => lines.get(k)), low, high, here);
      const zero = roots.map((root) => crossing.filter((k) => vanishes(lines.get(k), root)));
      const walk = (direction) => {
        const signs = start.slice();
        const order = roots.map((_, k) => k).filter((k) => direction * compare(roots[k].low, here) >= 0);
        if (direction < 0) order.reverse();
        let crossed = false;
        const met = (root, beyond) => {
          const { word, [among]: then } = event(run(known, rest, signs));
          if (word === "invalid") crossed = true;
          else if (then !== now) return { root, beyond, to: then, crossed };
          return null;
        };
        for (let step = 0; step < order.length; step++) {
          const root = roots[order[step]];
          const isEnd = compare(root.low, direction > 0 ? high : low) === 0;
          const open = direction > 0 ? range.highOpen : range.lowOpen;
          for (const k of zero[order[step]]) signs[k] = ZERO;
          if (compare(root.low, here) !== 0 && !(isEnd && isRational(root) && open)) {
            const found = met(root, false);
            if (found) return found;
          }
          if (isEnd && isRational(root)) break;
          const next = roots[order[step + 1]];
          const [from, to] = direction > 0 ? [root.high, next ? next.low : high] : [root.low, next ? next.high : low];
          const between = half(from, to);
          for (const k of zero[order[step]]) signs[k] = bit(signIn(lines.get(k), between));
          const found = met(root, true);
          if (found) return found;
        }
        return null;
      };
      return { now, up: walk(1), down: walk(-1) };
    }
    // For the map: what is told in a box of two parameters, [[low, high] of `x`, the same of `y`], the others at the point. Either it is the same
    // everywhere in it (`same`), or there are `within`, for boxes inside it, and `row`, which for a float of `y` gives a function of floats of `x`.
    // What is told are a word and a number for the set of equilibria.
    function floats(point, x, y, whole) {
      const planes = new Map(allUsed.map((k) => [k, plane(polynomials[k], x, y, point)]));
      const wanted = [...told, ...standing];
      const said = (known) => {
        let number = 0;
        standing.forEach((n, k) => {
          if (known[place(n)] === 1) number = (number * 31 + k + 1) % 1000003;
        });
        return [event(known).word, number];
      };
      const horner = (coefficients, at) => {
        let total = 0;
        for (let k = coefficients.length - 1; k >= 0; k--) total = total * at + coefficients[k];
        return total;
      };
      const inside = (before, order, asked, signs) => (box) => {
        const free = signs.slice();
        for (const k of asked) free[k] = signsIn(planes.get(k), box);
        const { known, rest, used } = open(before, order, wanted, free);
        if (!used.length) return { same: said(known) };
        const row = (b) => {
          const bent = used.map((k) => planes.get(k).map((inY) => horner(inY, b)));
          return (a) => {
            used.forEach((k, place) => {
              const value = horner(bent[place], a);
              free[k] = value > 0 ? 4 : value < 0 ? 1 : 2;
            });
            return said(run(known, rest, free));
          };
        };
        return { within: inside(known, rest, used, free), row };
      };
      return inside(unknown(), ofAll, allUsed, new Uint8Array(polynomials.length))(whole);
    }
    const reaches = (wanted) => new Set(usedBy(needed(wanted)));
    return { at, plans, ties, change, floats, polynomials, reaches, size: ofAll.length };
  }

  // A map of `floats` in cells, row by row from above: boxes of cells are halved until the same is told everywhere in them, or they are small.
  // It pauses after each box, and returns what is told in each cell.
  function* mapped(whole, [[x0, x1], [y0, y1]], columns, rows) {
    const cells = Array(columns * rows);
    const across = (i) => x0 + (i / columns) * (x1 - x0);
    const up = (j) => y1 - (j / rows) * (y1 - y0);
    const waiting = [[0, columns, 0, rows, whole]];
    while (waiting.length) {
      yield;
      const [left, right, top, bottom, told] = waiting.pop();
      const [wide, high] = [right - left, bottom - top];
      if (told.same || wide * high <= 64) {
        for (let j = top; j < bottom; j++) {
          const inRow = told.same ? () => told.same : told.row(up(j + 0.5));
          for (let i = left; i < right; i++) cells[j * columns + i] = inRow(across(i + 0.5));
        }
        continue;
      }
      const [middle, centre] = [(left + right) >> 1, (top + bottom) >> 1];
      const halves = wide > high ? [[left, middle, top, bottom], [middle, right, top, bottom]] : [[left, right, top, centre], [left, right, centre, bottom]];
      for (const [l, r, t, b] of halves) waiting.push([l, r, t, b, told.within([[across(l), across(r)], [up(b), up(t)]])]);
    }
    return cells;
  }

  return { engine, mapped, parse, text, decimal, fraction, minus, compare, half, toNumber, rootText, isRational, narrow, rootsOf, mayVanish, apartModulo };
})();
