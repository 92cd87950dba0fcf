// A session that ends while a form is filled in: it is told so, keeps what was typed but secrets, and goes
// through when it is sent again by who has signed in meanwhile, in another window.
import { CountingApp } from '../support/authenticator.ts';
import { expect, test } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, beginEnrolment, choose, openTokens, row } from '../support/tokens.ts';
import { addObsoleteToken } from '../support/types.ts';
import { chooseOfUser, said } from '../support/users.ts';
import type { Page } from '@playwright/test';

type Row = {
  open: () => Promise<unknown>;
  /** What is typed: labels and words. */
  words?: [string | RegExp, string][];
  /** Codes and passwords, which do not stay. */
  secrets?: () => [string, string][];
  /** What sends it; without one the last field does. */
  button?: string;
  said: string | RegExp;
};

async function interrupt(page: Page, name: string, { open, words = [], secrets, button, said: done }: Row) {
  await test.step(name, async () => {
    const field = (label: string | RegExp) => page.getByLabel(label, { exact: typeof label === 'string' });
    const send = async () => {
      for (const [label, secret] of typed) await field(label).fill(secret);
      if (button) await page.getByRole('button', { name: button, exact: true }).click();
    };
    await open();
    for (const [label, text] of words) await field(label).fill(text);
    const typed = secrets?.() ?? [];
    const { pathname, search } = new URL(page.url());
    const session = await page.context().cookies();
    await page.context().clearCookies();
    await send();
    const again = page.getByRole('alert').getByRole('link', { name: 'Sign in again' });
    await expect(again).toHaveAttribute('href', `/sign-in?next=${encodeURIComponent(pathname + search)}`);
    for (const [label, text] of words) await expect(field(label)).toHaveValue(text);
    for (const [label] of typed) await expect(field(label)).toHaveValue('');
    await page.context().addCookies(session);
    await send();
    await expect(said(page, done).or(page.getByRole('heading', { name: done })).first()).toBeVisible();
  });
}

test('a session that ends loses nothing of a form', async ({ page }) => {
  test.slow();
  await openTokens(page, newUser('journey.ended.forms', 'Forms'));
  const tokens = page.url();
  const app = await addCountingApp(page, 'Tablet');
  await addCountingApp(page, 'Other');
  await addObsoleteToken(page, 'Old phone');
  const of = (action: string) => () => choose(page, 'Tablet', action);
  const reason: [RegExp, string] = [/^Reason/, 'Typed with care'];
  const forms: Record<string, Row> = {
    edit: { open: of('Edit'), words: [['Description', 'Tablet 2']], button: 'Save', said: 'Token saved' },
    reset: {
      open: of('Reset token'),
      secrets: () => [['First code', app.next()], ['Second code', app.next()]],
      button: 'Reset',
      said: 'The token is back in step',
    },
    test: {
      open: () => page.goto(tokens).then(of('Test token')),
      secrets: () => [['Code', app.next()]],
      said: 'The token works',
    },
    disable: {
      open: () => page.goto(tokens).then(of('Disable temporarily')),
      words: [reason],
      button: 'Disable temporarily',
      said: 'Token disabled',
    },
    enable: { open: of('Enable'), words: [reason], button: 'Enable', said: 'Token enabled' },
    replace: {
      open: () => choose(page, 'Old phone', 'Replace'),
      words: [[/^Describe the device/, 'Pixel 10']],
      button: 'Continue',
      said: 'Ask Journey to scan this code',
    },
    delete: {
      open: () => page.goto(tokens).then(of('Delete token')),
      words: [reason],
      button: 'Delete token',
      said: 'Token deleted',
    },
    'edit the user': {
      open: () => chooseOfUser(page, 'Edit user'),
      words: [[/^Department/, 'Cards'], [/^Email addresses/, 'cards@example.org']],
      button: 'Save',
      said: 'User saved',
    },
    'disable the user': {
      open: () => chooseOfUser(page, 'Disable user'),
      words: [reason],
      button: 'Disable user',
      said: 'User disabled',
    },
    'delete the user': {
      open: () => chooseOfUser(page, 'Delete user'),
      words: [[/^Type the username/, 'journey.ended.forms']],
      button: 'Delete user',
      said: 'User deleted',
    },
    'add a user': {
      open: async () => {
        await page.getByRole('link', { name: 'Add user' }).click();
        await page.getByLabel('Realm').selectOption('Example Bank');
      },
      words: [['Username', 'journey.ended.added'], [/^Family name/, 'Added'], [/^Phone numbers/, '+41 79 555 88 20']],
      button: 'Add user',
      said: 'User added',
    },
    'a token type': {
      open: () => page.goto('/token-types/old-authenticator'),
      words: [[/^At most per user/, '70']],
      button: 'Save',
      said: 'Token type saved',
    },
  };
  for (const [name, form] of Object.entries(forms)) await interrupt(page, name, form);
});

test('an enrolment whose session ended before its proof is come back to', async ({ page }) => {
  await openTokens(page, newUser('journey.ended.proof', 'Proof'));
  const app = new CountingApp(await beginEnrolment(page, 'HOTP app', 'Tablet'));
  await expect(page).toHaveURL(/\?enrolment=/);
  await interrupt(page, 'proof', {
    open: async () => {},
    secrets: () => [['Enter the code the app shows', app.next()]],
    button: 'Confirm token',
    said: 'Token added',
  });
  await expect(row(page, 'Tablet')).toContainText('ACTIVE');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the page says how to keep what was typed, and sends it once more', async ({ page }) => {
    await openTokens(page, newUser('journey.ended.plain', 'Plain Ended'));
    await addCountingApp(page, 'Tablet');
    await choose(page, 'Tablet', 'Edit');
    await page.getByLabel('Description').fill('Typed with care');
    const session = await page.context().cookies();
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('heading', { name: 'You were signed out' })).toBeVisible();
    await expect(page.getByText(/sign in in another window, then load this page again/)).toBeVisible();
    await page.context().addCookies(session);
    await page.reload();
    await expect(said(page, 'Token saved')).toBeVisible();
    await expect(row(page, 'Typed with care')).toBeVisible();
  });
});
