// An index as the engine builds it: oriented figures to one scale, put together node by node, ranked. The recipe is
// that of goodwork.index; tests compare the two to 1e-9.

import { words } from "./words.js";

const SCALES = { "z-score": zScore, "min-max": minMax, rank: fromLowest };
const POSITIVE = new Set(["geometric", "harmonic"]);
const [INTO, BACK] = [
  { geometric: Math.log, harmonic: (v) => 1 / v },
  { geometric: Math.exp, harmonic: (v) => 1 / v },
];

// The members' columns on one scale; a gap (null) becomes NaN and stays one.
export function normalised(data, method) {
  const columns = data.values.map(filled);
  const reference = data.reference ? data.reference.map(filled) : columns;
  return columns.map((column, k) => SCALES[method](column, reference[k].filter(known)));
}

// The score of every area at the index, for weights by node; NaN where there is none. Throws where a mean needs scores
// above zero and there is another.
export function scores(data, columns, weights, aggregation) {
  const found = new Map(data.members.map((name, k) => [name, columns[k]]));
  for (const [group, children] of tree(data)) {
    const own = children.map((child) => weights.get(child));
    const total = own.reduce((a, b) => a + b, 0);
    const parts = children.map((child) => found.get(child));
    found.set(group.name, together(parts, own.map((w) => w / total), aggregation, group.needed));
  }
  return found.get("index");
}

// One node: the weights are shared out over the children that have a score.
function together(parts, weights, kind, needed) {
  const [into, back] = [INTO[kind], BACK[kind]];
  const enough = needed * parts.length - 1e-12;
  const n = parts[0].length;
  const column = new Float64Array(n);
  for (let area = 0; area < n; area++) {
    let [sum, total, least, there] = [0, 0, Infinity, 0];
    for (let k = 0; k < parts.length; k++) {
      const [x, w] = [parts[k][area], weights[k]];
      if (x !== x) continue;
      there++;
      if (!(w > 0)) continue;
      if (into && x <= 0) throw new RangeError(words("notAbove"));
      sum += w * (into ? into(x) : x);
      total += w;
      if (x < least) least = x;
    }
    const all = back ? back(sum / total) : sum / total;
    const score = kind === "minimum" ? least : kind === "mean-min" ? all - 0.5 * Math.abs(all - least) : all;
    column[area] = total > 0 && there >= enough ? score : NaN;
  }
  return column;
}

// The groups with their children, from the lowest up.
function tree(data) {
  data.tree ??= data.nodes
    .map((node) => [node, data.nodes.filter((one) => one.parent === node.name).map((one) => one.name)])
    .filter(([, children]) => children.length)
    .reverse();
  return data.tree;
}

// Competition ranks, 1 the best; scores that agree to so many decimals share the better place. NaN has none (0).
export function ranks(column, decimals) {
  const factor = 10 ** decimals;
  const rounded = column.map((v) => Math.round(v * factor));
  const order = rounded.filter(known).sort();
  const n = order.length;
  return Int32Array.from(rounded, (v) => {
    let [low, high] = [0, n]; // how many are at most v
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order[middle] <= v) low = middle + 1;
      else high = middle;
    }
    return v === v ? n - low + 1 : 0;
  });
}

// Plausible weights, the same as the server draws: mulberry32 (Tommy Ettinger, 2017) over a counter.
export function* draws(data, weights, spread) {
  const names = data.nodes.map((node) => node.name);
  for (let draw = 0, k = 0; draw < data.draws; draw++) {
    const drawn = new Map();
    for (const name of names) {
      const u = uniform(data.seed, ++k);
      const own = weights.get(name) ?? 1;
      drawn.set(name, spread === "near" ? own * (1 - data.within + 2 * data.within * u) : own > 0 ? -Math.log(u) : 0);
    }
    yield drawn;
  }
}

export function uniform(seed, k) {
  const a = (seed + Math.imul(k, 0x6d2b79f5)) | 0;
  let t = Math.imul(a ^ (a >>> 15), a | 1);
  t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
  return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
}

export function known(value) {
  return value !== null && value === value;
}

function filled(column) {
  return Float64Array.from(column, (v) => v ?? NaN);
}

function zScore(column, reference) {
  const centre = reference.reduce((a, b) => a + b, 0) / reference.length;
  const spread = Math.sqrt(reference.reduce((a, b) => a + (b - centre) ** 2, 0) / reference.length);
  return column.map((v) => ((v - centre) * 10) / spread + 100);
}

function minMax(column, reference) {
  const [low, high] = [Math.min(...reference), Math.max(...reference)];
  return column.map((v) => ((v - low) / (high - low)) * 50 + 50);
}

function fromLowest(column, reference) {
  return column.map((v) => (v === v ? reference.filter((other) => other < v).length + 1 : NaN));
}
