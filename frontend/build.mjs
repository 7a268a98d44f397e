// Builds what the browser loads: styles, scripts, the icon sprite and fonts.
// `node build.mjs` once; `node build.mjs --watch` rebuilds while you work.
import { spawn } from "node:child_process";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.join(here, "node_modules");
const dist = path.join(here, "../src/evenhand/web/static/dist");
const watch = process.argv.includes("--watch");

const FONTS = {
  inter: /^inter-(latin|latin-ext|cyrillic|greek|vietnamese)-wght-normal\.woff2$/,
  "noto-sans-thai": /^noto-sans-thai-thai-wght-normal\.woff2$/,
};

async function scripts() {
  const context = await esbuild.context({
    entryPoints: [path.join(here, "src/app.ts")],
    outdir: dist,
    bundle: true,
    minify: !watch,
    format: "esm",
    target: "es2022",
    legalComments: "linked",
    logLevel: "warning",
  });
  await context.rebuild();
  if (watch) await context.watch();
  else await context.dispose();
}

function styles() {
  const cli = path.join(modules, "@tailwindcss/cli/dist/index.mjs");
  const files = ["-i", path.join(here, "src/app.css"), "-o", path.join(dist, "app.css")];
  const mode = watch ? ["--watch=always"] : ["--minify"];
  const run = spawn(process.execPath, [cli, ...files, ...mode], {
    cwd: here,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  run.stderr.on("data", (chunk) => {
    said += chunk;
    if (watch) process.stderr.write(chunk);
  });
  return new Promise((resolve, reject) => {
    run.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`tailwindcss failed (${code}):\n${said}`)),
    );
  });
}

async function icons() {
  const names = (await readFile(path.join(here, "icons.txt"), "utf8")).split("\n").filter(Boolean);
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(path.join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
      const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
      return (
        `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
        `stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">` +
        `${shapes.replace(/\s+/g, " ").trim()}</symbol>`
      );
    }),
  );
  const notice = "<!-- Lucide icons, ISC licence: https://lucide.dev/license -->";
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${notice}${symbols.join("")}</svg>`;
  await writeFile(path.join(dist, "icons.svg"), sprite);
}

async function fonts() {
  const target = path.join(dist, "fonts");
  await mkdir(target, { recursive: true });
  for (const [family, wanted] of Object.entries(FONTS)) {
    const source = path.join(modules, "@fontsource-variable", family);
    const files = (await readdir(path.join(source, "files"))).filter((file) => wanted.test(file));
    if (files.length === 0) throw new Error(`no font files found for ${family}`);
    await Promise.all(
      files.map((file) => copyFile(path.join(source, "files", file), path.join(target, file))),
    );
    await copyFile(path.join(source, "LICENSE"), path.join(target, `${family}.LICENSE.txt`));
  }
}

/** The server hands out these copies to browsers that take them. */
async function compress() {
  const files = (await readdir(dist)).filter((file) => /\.(css|js|svg)$/.test(file));
  for (const file of files) {
    const bytes = await readFile(path.join(dist, file));
    await writeFile(path.join(dist, `${file}.gz`), await promisify(gzip)(bytes, { level: 9 }));
    await writeFile(path.join(dist, `${file}.br`), await promisify(brotliCompress)(bytes));
  }
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([scripts(), styles(), icons(), fonts()]);
if (!watch) await compress();
