// Builds the editor into a folder: its script, and the licences of what is in that. `npm install && npm run build`, in this folder.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const into = process.argv[2] ?? "..";
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
