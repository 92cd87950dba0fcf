// Back, forward and reload, and what must hold of every page that they lead to.
import { expect, test, type Page } from '@playwright/test';
import { secretText } from './tokens.ts';

/** A form, from the page before it to the page after it. */
export type Form = {
  /** From the page before to the form, as a person goes. */
  open: () => Promise<void>;
  /** Its heading. */
  title: string | RegExp;
  /** Sends it so that it is refused, and what it is told. */
  refused?: [send: () => Promise<void>, told: string | RegExp];
  /** Sends it well, and what is said then. */
  done?: [send: () => Promise<void>, said: string | RegExp];
  /** What its address says afterwards, where the same cannot be done again. */
  over?: string | RegExp;
};

/** What a form's post was answered with, a browser does not keep, and asks before it sends again. */
async function arrives(page: Page, going: Promise<unknown>): Promise<boolean> {
  try {
    await going;
    return true;
  } catch (error) {
    expect((error as Error).message).toContain('ERR_CACHE_MISS');
    await expect(page).toHaveURL(/^chrome-error:/); // the browser's own page, which asks
    return false;
  }
}

/** Back; whether that leads to a page. */
export const goBack = (page: Page) => arrives(page, page.goBack());

/** Forward; whether that leads to a page. */
export const goForward = (page: Page) => arrives(page, page.goForward());

/** A page that is whole: it has its title, and nothing of it failed. No secret is on it. */
export async function isWhole(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText(/went wrong|could not be loaded|cannot be reached/)).toHaveCount(0);
  await expect(secretText(page)).toHaveCount(0);
}

/** Goes back, forward and reloads at each step of a form that is opened at `from`. */
export async function walk(page: Page, name: string, from: string, form: Form, awake: boolean): Promise<void> {
  await test.step(name, async () => {
    const title = page.getByRole('heading', { name: form.title });
    await page.goto(from);
    await form.open();
    await expect(title).toBeVisible();
    const address = page.url();
    const isAt = async (where: 'before' | 'form') => {
      await expect(page).toHaveURL(where === 'form' ? address : from);
      await expect(title).toHaveCount(where === 'form' ? 1 : 0);
      await isWhole(page);
    };
    await page.goBack();
    await isAt('before');
    await page.goForward();
    await isAt('form');
    await page.reload();
    await isAt('form');

    if (form.refused) {
      const [send, told] = form.refused;
      await send();
      await expect(page.getByText(told)).toBeVisible();
      await expect(page.locator(':focus'), 'the first wrong field').toHaveAttribute('aria-invalid', 'true');
      await page.reload(); // a plain form's post is sent once more
      await isAt('form');
      await expect(page.getByText(told)).toHaveCount(awake ? 0 : 1);
    }
    if (!form.done) return;
    const [send, said] = form.done;
    await send();
    await expect(page.getByText(said).first()).toBeVisible();
    const after = page.url();
    if (await goBack(page)) await isWhole(page);
    if (await goForward(page)) {
      await isWhole(page);
      await expect(page).toHaveURL(after);
    }
    if (form.over) {
      await page.goto(address);
      await expect(page.getByText(form.over)).toBeVisible();
    }
  });
}
