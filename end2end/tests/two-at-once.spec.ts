// Two operators at one thing: the second is told who was first, and nothing is done twice.
import { Application } from '../support/application.ts';
import { expect, test, waitUntilAwake } from '../support/console.ts';
import { newUser } from '../support/desk.ts';
import { addCountingApp, openTokens, picture, row } from '../support/tokens.ts';
import { addObsoleteToken } from '../support/types.ts';
import { said } from '../support/users.ts';
import type { Locator, Page } from '@playwright/test';

type Row = {
  address: string;
  /** Fills in the form in one of the windows. */
  fill?: (page: Page, whose: string) => Promise<void>;
  button: string;
  /** What the first sees, and what the second is told. */
  first: (page: Page) => Locator;
  second: (page: Page) => Locator;
};

test('the second of two is told who was first', async ({ page, context, request }) => {
  test.slow();
  const username = 'journey.at.once';
  const vpn = new Application(request, 'journey-at-once');
  await openTokens(page, newUser(username, 'At Once'));
  const user = page.url().replace(/\/tokens$/, '');
  const app = await addCountingApp(page, 'Shared');
  await addCountingApp(page, 'Other');
  await addObsoleteToken(page, 'Old phone');
  const addressOf = async (description: string) =>
    (await row(page, description).getByRole('link', { name: /^View token/ }).getAttribute('href'))!;
  const [shared, old] = [await addressOf('Shared'), await addressOf('Old phone')];
  const serial = shared.split('/').at(-1)!;
  const told = (words: RegExp) => (page: Page) => said(page, words);
  const alert = (words: RegExp) => (page: Page) => page.getByRole('alert').filter({ hasText: words });

  const other = await context.newPage();
  waitUntilAwake(other);
  const forms: Record<string, Row> = {
    disable: {
      address: `${shared}/disable`,
      button: 'Disable temporarily',
      first: told(/^Token disabled/),
      second: told(/^Token was disabled already, by Mara Vogt/),
    },
    enable: {
      address: `${shared}/enable`,
      button: 'Enable',
      first: told(/^Token enabled/),
      second: told(/^Token was enabled already, by Mara Vogt/),
    },
    unlock: {
      address: `${shared}/unlock`,
      button: 'Unlock',
      first: told(/^Token unlocked/),
      second: told(/^Token was unlocked already, by Mara Vogt/),
    },
    replace: {
      address: `${old}/replace`,
      fill: (page, whose) => page.getByLabel('Describe the device').fill(whose),
      button: 'Continue',
      first: picture,
      second: alert(/Its replacement waits for the proof already/),
    },
    delete: {
      address: `${shared}/delete`,
      button: 'Delete token',
      first: told(/^Token deleted/),
      second: told(/^Token was deleted already, by Mara Vogt/),
    },
    'a token type': {
      address: '/token-types/old-authenticator',
      fill: (page, whose) => page.getByLabel(/^At most per user/).fill(whose === 'mine' ? '50' : '60'),
      button: 'Save',
      first: told(/^Token type saved/),
      second: (page) => page.getByText('Saved meanwhile: 60.'),
    },
    'disable the user': {
      address: `${user}/disable`,
      button: 'Disable user',
      first: told(/^User disabled/),
      second: told(/^User was disabled already, by Mara Vogt/),
    },
    'enable the user': {
      address: `${user}/enable`,
      button: 'Enable user',
      first: told(/^User enabled/),
      second: told(/^User was enabled already, by Mara Vogt/),
    },
    'delete the user': {
      address: `${user}/delete`,
      fill: (page) => page.getByLabel(/^Type the username/).fill(username),
      button: 'Delete user',
      first: told(/^User deleted/),
      second: alert(/It is not here, or not for you to see/),
    },
  };
  for (const [name, { address, fill, button, first, second }] of Object.entries(forms)) {
    await test.step(name, async () => {
      if (name === 'unlock') await vpn.failUntilItWaits(serial, app);
      for (const [window, whose] of [[page, 'mine'], [other, 'theirs']] as const) {
        await window.goto(address);
        await fill?.(window, whose);
      }
      await other.getByRole('button', { name: button, exact: true }).click();
      await expect(first(other)).toBeVisible();
      await page.getByRole('button', { name: button, exact: true }).click();
      await expect(second(page)).toBeVisible();
    });
  }
});

test('a token that was deleted meanwhile is neither edited nor tested', async ({ page, context }) => {
  await openTokens(page, newUser('journey.gone', 'Gone'));
  await addCountingApp(page, 'Taken away');
  const token = await row(page, 'Taken away').getByRole('link', { name: /^View token/ }).getAttribute('href');
  const other = await context.newPage();
  waitUntilAwake(other);
  await page.goto(`${token}/edit`);
  await other.goto(`${token}/delete`);
  await other.getByRole('checkbox').check();
  await other.getByRole('button', { name: 'Delete token' }).click();
  await expect(said(other, 'Token deleted')).toBeVisible();
  await page.getByLabel('Description').fill('Typed with care');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Mara Vogt deleted this token. Nothing was changed.');
  await expect(page.getByLabel('Description')).toHaveValue('Typed with care');
});
