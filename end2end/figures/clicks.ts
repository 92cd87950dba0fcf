// From a click until what it opens was painted, once the page is awake.
import type { Locator, Page } from '@playwright/test';
import { choose, row } from '../support/tokens.ts';
import { figure, median, type Figure } from './report.ts';
import { load, newcomer, TOKEN, USER, type World } from './world.ts';

const TIMES = 7;
const SOON = { at_most: 100 };

type Trip = { what: string; from: string; click: (page: Page) => Promise<void>; shows: Shown };

/** An element by its selector, and words in it. */
type Shown = [selector: string, words: string];

/** The median of each trip, and the server's share in them. */
export async function clicks(world: World): Promise<Figure[]> {
  const context = await newcomer(world, world.pages.users);
  const page = await context.newPage();
  const answers: number[] = [];
  const figures: Figure[] = [];
  for (const trip of trips(world)) {
    const took: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      await load(page, trip.from);
      took.push(await timed(page, trip));
      answers.push(...(await serverTimes(page)));
    }
    figures.push(figure(`click to ${trip.what}`, median(took), 'ms', SOON));
  }
  await context.close();
  return [...figures, figure('the server’s answer to a click', median(answers), 'ms')];
}

function trips({ pages }: World): Trip[] {
  const tokens = pages['Tokens tab'];
  const user = tokens.replace(/\/tokens$/, '');
  const on = (link: (page: Page) => Locator) => (page: Page) => link(page).first().click();
  const dialogs = ['Edit', 'Test token', 'Disable temporarily', 'Delete token'];
  return [
    ...dialogs.map((action): Trip => {
      const click = (page: Page) => choose(page, TOKEN, action);
      return { what: `dialog, ${action}`, from: tokens, click, shows: ['dialog[open] form', ''] };
    }),
    {
      what: 'page, a user of the list',
      from: pages.users,
      click: on((page) => page.getByRole('link', { name: USER, exact: true })),
      shows: ['h1', USER],
    },
    {
      what: 'page, Tokens tab',
      from: user,
      click: on((page) => page.getByRole('navigation', { name: USER }).getByRole('link', { name: /^Tokens/ })),
      shows: ['tbody tr', TOKEN],
    },
    {
      what: 'page, a token',
      from: tokens,
      click: on((page) => row(page, TOKEN).getByRole('link', { name: /^View token/ })),
      shows: ['h2', 'Recent activity'],
    },
    {
      what: 'page, enrol',
      from: tokens,
      click: on((page) => page.getByRole('link', { name: 'Add new token' })),
      shows: ['legend', 'Type'],
    },
  ];
}

type Timed = { took: Promise<number> };

/** Milliseconds from the click that leads there until the frame that shows it was painted. */
async function timed(page: Page, { what, click, shows }: Trip): Promise<number> {
  const before = await page.evaluate(([selector, words]) => {
    const holds = (element: Element) => element.textContent!.includes(words);
    const shown = () => [...document.querySelectorAll(selector)].some(holds);
    performance.clearResourceTimings();
    const took = new Promise<number>((done, failed) => {
      setTimeout(() => failed(new Error('it is not shown')), 20_000);
      let last: Event | undefined; // of several clicks: the one that leads there
      addEventListener('click', (event) => (last = event), { capture: true });
      new MutationObserver((_, observer) => {
        if (!last || !shown()) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - last!.timeStamp), 0));
      }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    });
    Object.assign(window, { took });
    return shown();
  }, shows);
  if (before) throw new Error(`${what}: it was shown before the click`);
  await click(page);
  const took = await page.evaluate(() => (window as unknown as Partial<Timed>).took);
  if (took === undefined) throw new Error(`${what}: the page was loaded anew`);
  return took;
}

/** Milliseconds that the server took for what was asked since the click. */
async function serverTimes(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const asked = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const calls = asked.filter(({ name }) => name.includes('/call/'));
    return calls.map(({ requestStart, responseStart }) => responseStart - requestStart);
  });
}
