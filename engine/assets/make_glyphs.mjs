// Packs outlines of things that have no mesh into figures/glyphs.bin, and their names into
// ../worlds/src/figures/glyphs.rs.
//
//   npm install svgpath earcut @iconify-json/fluent-emoji-high-contrast
//   node make_glyphs.mjs node_modules
//
// The outlines are Microsoft's Fluent Emoji High Contrast (MIT), as @iconify-json/fluent-emoji-high-contrast 1.2.6 has
// them. Each becomes a plate a metre high: one face, cut in triangles (npm earcut), and a bevel along its outlines, TUBE bright,
// that gives light where signs shine. A thing
// is written as `figure_things.py` writes them, under "sign: " and its name in the vocabulary (fluent/props.json).

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.argv[2] ?? "node_modules");
const require = createRequire(join(modules, "any.js"));
const svgpath = require("svgpath");
const earcut = require("earcut").default ?? require("earcut");
const icons = JSON.parse(readFileSync(join(modules, "@iconify-json/fluent-emoji-high-contrast/icons.json"))).icons;
const vocabulary = JSON.parse(readFileSync(join(here, "fluent/props.json")));
const table = readFileSync(join(here, "meaning/figures.toml"), "utf8");
const meshes = new Set([...table.matchAll(/^"([^"]+)" *=/gm)].map((m) => m[1]));

// Some of other groups.
const MORE = ["footprints", "musical note", "musical notes"];
// What is a thing, a plant or an animal; not faces, people, symbols.
const GROUPS =
  /^(animal-(?!face)|plant-|food-|drink|dishware|place-(building|other|religious)|transport-|time|sky-weather|event|award-medal|sport|game|arts-crafts|clothing|sound|music|musical-instrument|phone|computer|light-video|book-paper|money|mail|writing|office|lock|tool|science|medical|household|other-object|body-parts|heart)/;
// Their outlines do not read: mostly frames, faces of clocks, and signs.
const LEFT_OUT =
  /face$|o.clock|thirty$|full moon|new moon|quarter moon|gibbous|fog|sunset|sunrise|cityscape|night with|bridge at|sun behind|cloud with|^sun$|globe|map|receipt|chart|calendar|clipboard|input|button|no |TV|ON!|ear with|person|cigarette|x-ray|^wedding$|^lion$|^ghost$|^elephant$/;
const TUBE = 200;
const BEVEL = 0.8; // of 32
const DEVIATION = 0.08; // of 32: a curve's greatest distance from its chords

function contours(body) {
  const out = [];
  body = body.replace(/<defs>.*?<\/defs>/gs, "");
  for (const [, d] of body.matchAll(/<path[^>]*?\bd="([^"]+)"/g)) {
    let points = [];
    let [x, y] = [0, 0];
    const curve = (at, length) => {
      const steps = Math.max(2, Math.min(9, Math.ceil(Math.sqrt(length / DEVIATION / 8))));
      for (let k = 1; k <= steps; k++) points.push(at(k / steps));
    };
    const end = () => {
      if (points.length > 2) out.push(points);
      points = [];
    };
    svgpath(d).abs().unarc().unshort().iterate((s) => {
      const [x0, y0] = [x, y];
      switch (s[0]) {
        case "M": end(); [x, y] = s.slice(1); points.push([x, y]); break;
        case "L": [x, y] = s.slice(1); points.push([x, y]); break;
        case "H": x = s[1]; points.push([x, y]); break;
        case "V": y = s[1]; points.push([x, y]); break;
        case "Q": {
          const [, a, b, c, e] = s;
          const at = (t) => [(1 - t) ** 2 * x0 + 2 * t * (1 - t) * a + t * t * c, (1 - t) ** 2 * y0 + 2 * t * (1 - t) * b + t * t * e];
          curve(at, Math.hypot(a - x0, b - y0) + Math.hypot(c - a, e - b));
          [x, y] = [c, e];
          break;
        }
        case "C": {
          const [, a, b, c, e, f, g] = s;
          const mix = (p, q, r, u, t) => (1 - t) ** 3 * p + 3 * t * (1 - t) ** 2 * q + 3 * t * t * (1 - t) * r + t ** 3 * u;
          const at = (t) => [mix(x0, a, c, f, t), mix(y0, b, e, g, t)];
          curve(at, Math.hypot(a - x0, b - y0) + Math.hypot(c - a, e - b) + Math.hypot(f - c, g - e));
          [x, y] = [f, g];
          break;
        }
        case "Z": end(); break;
      }
    });
    end();
  }
  return out.map(tidy).filter((c) => c.length > 2 && Math.abs(area(c)) > 0.05);
}

const area = (c) => c.reduce((sum, [x, y], k) => {
  const [u, v] = c[(k + 1) % c.length];
  return sum + (x * v - u * y) / 2;
}, 0);

// Without points that are twice there or lie on the line of their neighbours.
function tidy(c) {
  let out = c.filter(([x, y], k) => {
    const [u, v] = c[(k + 1) % c.length];
    return Math.hypot(u - x, v - y) > 0.02;
  });
  out = out.filter(([x, y], k) => {
    const [a, b] = out[(k + out.length - 1) % out.length];
    const [u, v] = out[(k + 1) % out.length];
    return Math.abs((u - a) * (y - b) - (x - a) * (v - b)) / Math.max(Math.hypot(u - a, v - b), 1e-6) > 0.015;
  });
  return out;
}

function inside([x, y], c) {
  let is = false;
  c.forEach(([x0, y0], k) => {
    const [x1, y1] = c[(k + 1) % c.length];
    if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) is = !is;
  });
  return is;
}

// The face and its bevel: points with their normals, brightness, triangles.
function plate(all) {
  const within = all.map((c, k) => all.map((other, j) => j !== k && inside(c[0], other)));
  const depth = within.map((row) => row.filter(Boolean).length);
  const [v, n, t, f] = [[], [], [], []];
  all.forEach((outer, k) => {
    if (depth[k] % 2) return;
    const holes = all.filter((_, j) => depth[j] === depth[k] + 1 && within[j][k]);
    const rings = [outer, ...holes];
    const flat = rings.flat(2);
    const starts = [];
    holes.reduce((at, hole) => (starts.push(at), at + hole.length), outer.length);
    const base = v.length;
    rings.flat().forEach((p) => (v.push([...p, 0]), n.push([0, 0, -1]), t.push(110)));
    const cut = earcut(flat, starts);
    for (let k = 0; k < cut.length; k += 3) f.push([base + cut[k], base + cut[k + 1], base + cut[k + 2]]);
    rings.forEach((ring, r) => {
      const turn = Math.sign(area(ring)) * (r ? -1 : 1);
      const at = v.length;
      ring.forEach((p, i) => {
        const [a, b] = [ring[(i + ring.length - 1) % ring.length], ring[(i + 1) % ring.length]];
        const [x, y] = [(b[1] - a[1]) * turn, (a[0] - b[0]) * turn];
        const l = Math.hypot(x, y) || 1;
        v.push([...p, 1], [p[0] - (x / l) * BEVEL, p[1] - (y / l) * BEVEL, 1]);
        n.push([(0.8 * x) / l, (0.8 * y) / l, -0.6], [0, 0, -1]);
        t.push(TUBE, TUBE);
        const j = (i + 1) % ring.length;
        f.push([at + 2 * i, at + 2 * j, at + 2 * i + 1], [at + 2 * i + 1, at + 2 * j, at + 2 * j + 1]);
      });
    });
  });
  // A metre high, on the ground, in the middle; y up.
  const xs = v.map((p) => p[0]), ys = v.map((p) => p[1]);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const k = 1 / (bottom - top);
  const points = v.map(([x, y, z]) => [(x - (left + right) / 2) * k, (bottom - y) * k, -0.004 * z]);
  return { v: points, n: n.map(([x, y, z]) => [x, -y, z]), t, f };
}

const bytes = [];
const u16 = (x) => bytes.push(x & 255, (x >> 8) & 255);
const f32 = (x) => bytes.push(...new Uint8Array(new Float32Array([x]).buffer));
const planes = (a) => {
  for (const x of a) bytes.push(x & 255);
  for (const x of a) bytes.push((x >> 8) & 255);
};

const ROLES = { heavens: "Floating", air: "Floating", ground: "Second", afloat: "Afloat", submerged: "Floating", surface: "Second" };
const made = [];
for (const { name, group, place } of vocabulary) {
  const slug = name.toLowerCase().replace(/['’]/g, "").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  const wanted = (GROUPS.test(group) && !LEFT_OUT.test(name)) || MORE.includes(name);
  if (meshes.has(name) || !wanted || !icons[slug]) continue;
  const all = contours(icons[slug].body);
  if (all.length && !icons[slug].body.includes("<mask")) made.push({ name, role: ROLES[place], ...plate(all) });
}
u16(made.length);
for (const { name, v, n, t, f } of made) {
  const raw = new TextEncoder().encode(`sign: ${name}`);
  bytes.push(raw.length, ...raw);
  const scale = Math.max(...v.flat().map(Math.abs)) / 32000;
  u16(v.length);
  u16(f.length);
  f32(scale);
  planes([0, 1, 2].flatMap((k) => v.map((p) => Math.round(p[k] / scale))));
  for (const k of [0, 1, 2]) for (const p of n) bytes.push(Math.round(p[k] * 127) & 255);
  bytes.push(...t);
  const indices = f.flat();
  planes(indices.map((x, k) => x - (k ? indices[k - 1] : 0)));
}
const raw = Uint8Array.from(bytes);
const head = new Uint8Array([...new TextEncoder().encode("PHGLY"), 1, 0, 0, ...new Uint8Array(new Uint32Array([raw.length]).buffer)]);
writeFileSync(join(here, "figures/glyphs.bin"), Buffer.concat([head, deflateSync(raw, { level: 9 })]));
const rows = made.map(({ name, role }) => `    ("sign: ${name}", 1.0, Role::${role}),\n`).join("");
writeFileSync(
  join(here, "../worlds/src/figures/glyphs.rs"),
  `//! Names, sizes and roles of the outlines. Written by \`engine/assets/make_glyphs.mjs\` in the order of the packed plates.

use crate::world::Role;

pub(super) const GLYPHS: [(&str, f32, Role); ${made.length}] = [\n${rows}];\n`,
);
console.log(`${made.length} outlines, ${raw.length} bytes, packed ${deflateSync(raw, { level: 9 }).length}`);
