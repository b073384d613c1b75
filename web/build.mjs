// Builds the pages into ../api/static: one script and one style sheet a page, the modules that a page loads when it
// needs them, the wasm that reads codes, and the pages in their common frame.
//   node build.mjs [folder]     another folder than ../api/static, as the tests ask
// The same sources give the same bytes: nothing of the machine, the hour or the folder goes in.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const here = import.meta.dirname;
const out = path.resolve(process.argv[2] ?? path.join(here, "..", "api", "static"));

const named = async (folder, end) =>
  (await readdir(path.join(here, folder))).filter((name) => name.endsWith(end)).sort();

/** The pages: `<!-- title: … -->` on the first line, then what stands in `main`. */
const pages = await named("pages", ".html");
const frame = await readFile(path.join(here, "frame.html"), "utf8");

await rm(out, { recursive: true, force: true });
await mkdir(path.join(out, "pages"), { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: [
    ...(await named("src", ".page.ts")).map((name) => ({ in: `src/${name}`, out: name.replace(".page.ts", "") })),
    ...(await named("src", ".module.ts")).map((name) => ({ in: `src/${name}`, out: name.replace(".module.ts", "") })),
    ...(await named("styles", ".page.css")).map((name) => ({ in: `styles/${name}`, out: name.replace(".page.css", "") })),
  ],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
for (const page of pages) {
  const [first, ...rest] = (await readFile(path.join(here, "pages", page), "utf8")).split("\n");
  const title = /^<!-- title: (.+) -->$/.exec(first)?.[1];
  if (title === undefined) throw new Error(`pages/${page}: the first line is <!-- title: … -->`);
  const values = { title, name: page.replace(".html", ""), main: rest.join("\n").trim() };
  const framed = frame.replace(`<a href="/${values.name}">`, `<a href="/${values.name}" aria-current="page">`);
  const text = framed.replace(/\{\{(title|name|main)\}\}/g, (_, key) => values[key]);
  await writeFile(path.join(out, "pages", page), text);
}

// The wasm as the package has it, and as the script that loads it expects it to be.
const wasm = await readFile(path.join(here, "node_modules", "zxing-wasm", "dist", "reader", "zxing_reader.wasm"));
const expected = (await import("barcode-detector/ponyfill")).ZXING_WASM_SHA256;
if (createHash("sha256").update(wasm).digest("hex") !== expected) throw new Error("zxing_reader.wasm: not the package's");
await writeFile(path.join(out, "zxing_reader.wasm"), wasm);
