// Makes what browsers fetch smaller, for production: shrink.ts FROM TO, folders. docs/size.md says what each
// step takes off, and what was tried beside it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform, type TransformOptions } from 'esbuild';

const [from = '', to = ''] = process.argv.slice(2);
const CODE = 'tokendesk_bg.wasm', GLUE = 'tokendesk.js', STYLE = 'tokendesk.css';
/** Where the code imports from, as wasm-bindgen calls it. */
const IMPORTED = '"./tokendesk_bg.js"';

/** What passes between the code and its glue, by its old name and its new one. */
type Names = Record<string, string>;

/** Makes the code smaller; gives what it shares with the glue, and where it imports from now. */
function shrinkCode(): { names: Names; imported: string } {
  const wasmOpt = fileURLToPath(new URL('node_modules/binaryen/bin/wasm-opt', import.meta.url));
  const said = execFileSync(process.execPath, [
    wasmOpt, join(from, CODE), '-o', join(to, CODE),
    '-Os',
    '--skip-pass=merge-similar-functions', // Brotli does that better.
    '--minify-imports-and-exports-and-modules', // They carry hashes, which nothing compresses.
  ]);
  type Said = { imports: [string, string, string][]; exports: [string, string][] };
  const { imports, exports } = JSON.parse(said.toString()) as Said;
  const names = Object.fromEntries([...imports.map(([, before, after]) => [before, after]), ...exports]);
  const code = new WebAssembly.Module(readFileSync(join(to, CODE)));
  const [imported, ...others] = new Set(WebAssembly.Module.imports(code).map((it) => it.module));
  if (!imported || others.length > 0) throw new Error(`${CODE} imports from elsewhere too: ${others}`);
  return { names, imported };
}

async function shrink(file: string, text: string, options: TransformOptions): Promise<void> {
  const { code, warnings } = await transform(text, { minify: true, ...options });
  if (warnings.length > 0) throw new Error(`${file}: ${warnings.map((it) => it.text)}`);
  writeFileSync(join(to, file), code);
}

const { names, imported } = shrinkCode();
const glue = readFileSync(join(from, GLUE), 'utf8').split(IMPORTED);
if (glue.length !== 2) throw new Error(`${GLUE} does not say once that it is ${IMPORTED}`);
await shrink(GLUE, glue.join(JSON.stringify(imported)), {
  format: 'esm',
  mangleProps: new RegExp(`^(${Object.keys(names).join('|')})$`),
  mangleCache: names,
});
await shrink(STYLE, readFileSync(join(from, STYLE), 'utf8'), { loader: 'css' });
