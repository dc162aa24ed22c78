// Builds what lies in the wheel into a folder (..): the editor with the licences of what is in it, and the page's script and style from their
// sources (in ..) without what a machine does not need. `npm install && npm run build`, in this folder.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { build, transform } from "esbuild";

const [into, from] = [process.argv[2] ?? "..", process.argv[3] ?? ".."];
const { metafile } = await build({
  entryPoints: ["editor.js"], outfile: `${into}/editor.bundle.js`, bundle: true, minify: true, format: "iife", globalName: "ModelEditor",
  target: "es2022", charset: "utf8", legalComments: "none", metafile: true,
});
const packages = [...new Set(Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))].sort();
const licences = packages.map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return `${name} ${version} (${license})\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8").trim()}\n`;
});
writeFileSync(`${into}/editor.licenses.txt`, `What is in editor.bundle.js besides editor/editor.js:\n\n${licences.join(`\n${"-".repeat(80)}\n\n`)}`);

// Each begins with the hash of its sources, by which the tests see without Node that it is not an old one.
for (const [name, ...sources] of [["explorer.bundle.js", "exact.js", "explorer.js"], ["explorer.bundle.css", "explorer.css"]]) {
  const written = sources.map((source) => readFileSync(`${from}/${source}`, "utf8")).join("");
  const { code } = await transform(written, { loader: name.split(".").pop(), minify: true, format: name.endsWith(".js") ? "iife" : undefined, target: "es2022", charset: "utf8" });
  writeFileSync(`${into}/${name}`, `/* of ${sources.join(", ")} ${createHash("sha256").update(written).digest("hex")} */\n${code}`);
}
