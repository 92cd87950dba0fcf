// Figures beside their goals: printed, and kept as JSON like those of server/benches/figures/report.rs, which
// puts all together into docs/benchmarks.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../target/bench');

export type Goal = { at_most: number } | { at_least: number };

/** One measured figure. */
export type Figure = { what: string; measured: number; unit: string; goal: Goal | null };

/** A figure, with its goal if anything was promised. */
export function figure(what: string, measured: number, unit: string, goal: Goal | null = null): Figure {
  return { what, measured, unit, goal };
}

/** The one in the middle. */
export function median(of: number[]): number {
  const found = of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}

/** Prints a part's figures beside their goals. */
export function print(part: string, figures: Figure[]): void {
  console.log(`\n${part}`);
  for (const { what, measured, unit, goal } of figures) {
    const [bound, limit] = Object.entries(goal ?? {})[0] ?? [];
    const words = bound ? `${bound.replace('_', ' ')} ${limit}` : '';
    const number = String(Number(measured.toPrecision(3)));
    console.log(`  ${what.padEnd(72)} ${number.padStart(10)} ${unit.padEnd(4)} ${words}`);
  }
}

/** Keeps a part's figures for the table, until it is measured again. */
export function keep(part: string, figures: Figure[]): void {
  const found = {
    part,
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: machine(),
    figures,
  };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${part}.json`), JSON.stringify(found, null, 2));
}

/** Cores, memory and processor, as Linux tells. */
function machine(): string {
  const line = (file: string, name: string) => {
    const found = readFileSync(file, 'utf8').split('\n').find((it) => it.startsWith(name));
    return found?.slice(found.indexOf(':') + 1).trim();
  };
  const processor = line('/proc/cpuinfo', 'model name') ?? 'unknown';
  const memory = line('/proc/meminfo', 'MemTotal') ?? 'unknown memory';
  return `${availableParallelism()} cores of ${processor}, ${memory}`;
}
