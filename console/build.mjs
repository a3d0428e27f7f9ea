// Builds the console: `node build.mjs [FOLDER]` writes dist/ or FOLDER, `node build.mjs --tests` writes the tests as
// plain JavaScript.
// The same sources give the same bytes, wherever and however often they are built.
import { build, transform } from "esbuild";
import { readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync, copyFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

// Every file of such a folder is a language: a module is made of whatever lies there.
const languagesOf = (module, texts) => ({
  name: module,
  setup(of) {
    of.onResolve({ filter: new RegExp(`^${module}$`) }, () => ({ path: module, namespace: module }));
    of.onLoad({ filter: /.*/, namespace: module }, () => {
      const files = readdirSync(texts).filter((name) => name.endsWith(".json")).sort();
      const lines = files.map((name, at) => `import t${at} from ${JSON.stringify(`./${name}`)};`);
      const members = files.map((name, at) => `${JSON.stringify(basename(name, ".json"))}: t${at}`);
      return { contents: `${lines.join("\n")}\nexport default {${members.join(", ")}};`, resolveDir: texts };
    });
  },
});

// The form brings its style along as a text.
const styleAsText = {
  name: "style-as-text",
  setup(of) {
    of.onLoad({ filter: /widget\/form\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  plugins: [languagesOf("languages", join(here, "texts")), languagesOf("form-languages", join(here, "widget/texts")), styleAsText],
  logLevel: "warning",
};

async function buildConsole(dist) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const { metafile } = await build({
    ...common,
    entryPoints: ["src/main.tsx", "src/style/main.css", "src/style/mail.css"],
    entryNames: "[name]-[hash]",
    outdir: dist,
    format: "esm",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    minify: true,
    metafile: true,
  });
  // Sites name it in their pages, so its name stays.
  await build({
    ...common,
    entryPoints: { form: "widget/main.tsx" },
    outdir: dist,
    format: "iife",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    minify: true,
  });
  // A page that a browser has kept goes on with the files that it names; their names change with what is in them.
  const built = Object.keys(metafile.outputs).map((path) => basename(path)).sort();
  const page = readFileSync(join(here, "src/index.html"), "utf8").replace(/%(\w+)\.(css|js)%/g, (_, name, kind) => {
    const found = built.find((file) => file.startsWith(`${name}-`) && file.endsWith(`.${kind}`));
    if (!found) throw new Error(`index.html names ${name}.${kind}, which was not built`);
    return found;
  });
  writeFileSync(join(dist, "index.html"), page);
  for (const name of readdirSync(join(here, "static")).sort()) copyFileSync(join(here, "static", name), join(dist, name));
}

async function buildTests() {
  const out = join(here, ".tests");
  rmSync(out, { recursive: true, force: true });
  const tests = readdirSync(join(here, "tests")).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: tests.map((name) => `tests/${name}`),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    target: "node20",
  });
}

const [asked] = process.argv.slice(2);
await (asked === "--tests" ? buildTests() : buildConsole(resolve(asked ?? join(here, "dist"))));
