// What a browser fetches for a page, in bytes as they come, headers and all: cold, and warm.
import type { Page } from '@playwright/test';
import { figure, median, type Figure } from './report.ts';
import { load, newcomer, type Pages, type World } from './world.ts';

const TIMES = 5;

/** In the order of the table. */
const KINDS = ['WASM', 'JS', 'CSS and icons', 'HTML', 'fonts', 'other'] as const;
type Kind = (typeof KINDS)[number];

type Fetched = { requests: number; bytes: Record<Kind, number> };

/** KB for the Tokens tab, cold. */
const GOALS: Partial<Record<Kind, number>> = { WASM: 290, JS: 8, 'CSS and icons': 15, HTML: 2, fonts: 34 };

const MEASURED: (keyof Pages)[] = ['sign-in', 'users', 'Tokens tab', 'token page'];

export async function measure(world: World): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of MEASURED) {
    const address = world.pages[name];
    const cold: Fetched[] = [], warm: Fetched[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const context = await newcomer(world, address);
      cold.push(await fetched(await context.newPage(), address));
      warm.push(await fetched(await context.newPage(), address));
      await context.close();
    }
    figures.push(...rows(name, cold, warm));
  }
  return figures;
}

function rows(name: string, cold: Fetched[], warm: Fetched[]): Figure[] {
  const goals = name === 'Tokens tab';
  const kilobytes = (of: Fetched[], kind: Kind) => median(of.map(({ bytes }) => bytes[kind])) / 1000;
  const sum = ({ bytes }: Fetched) => Object.values(bytes).reduce((a, b) => a + b);
  const all = (of: Fetched[]) => median(of.map(sum)) / 1000;
  const requests = (of: Fetched[]) => median(of.map((it) => it.requests));
  return [
    figure(`${name}, cold: all`, all(cold), 'KB', goals ? { at_most: 350 } : null),
    figure(`${name}, cold: requests`, requests(cold), '', goals ? { at_most: 12 } : null),
    ...KINDS.map((kind) => {
      const goal = goals ? GOALS[kind] : undefined;
      return figure(`${name}, cold: ${kind}`, kilobytes(cold, kind), 'KB', goal ? { at_most: goal } : null);
    }),
    figure(`${name}, warm: all`, all(warm), 'KB'),
    figure(`${name}, warm: requests`, requests(warm), ''),
  ];
}

/** Loads a page and counts what came over the wire for it. */
async function fetched(page: Page, address: string): Promise<Fetched> {
  const bytes = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Fetched['bytes'];
  const found = { requests: 0, bytes };
  const kinds = new Map<string, Kind>();
  const wire = await page.context().newCDPSession(page);
  wire.on('Network.responseReceived', ({ requestId, response }) => kinds.set(requestId, kind(response.mimeType)));
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (encodedDataLength === 0) return; // the browser had it
    found.requests += 1;
    found.bytes[kinds.get(requestId) ?? 'other'] += encodedDataLength;
  });
  await wire.send('Network.enable');
  await load(page, address);
  return found;
}

function kind(type: string): Kind {
  if (type === 'application/wasm') return 'WASM';
  if (/javascript/.test(type)) return 'JS';
  if (type === 'text/css' || type === 'image/svg+xml') return 'CSS and icons';
  if (type === 'text/html') return 'HTML';
  return /^font|font$|woff/.test(type) ? 'fonts' : 'other';
}
